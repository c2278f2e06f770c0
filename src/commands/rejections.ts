// Rejections by the command runner rather than the business.
import { type Rejection, rejection } from '../domain/rejection.js';

export interface RevisionConflict extends Rejection {
  readonly code: 'CONFLICT';
  readonly currentRevision: number;
}

export const conflict = (category: string, currentRevision: number): RevisionConflict => ({
  code: 'CONFLICT',
  message:
    currentRevision < 0
      ? `There is no such ${category} now.`
      : `The ${category} has changed; it is now at revision ${currentRevision}.`,
  currentRevision,
});

export const commandIdReused = rejection(
  'COMMAND_ID_REUSED',
  'This commandId was used before, with another input.',
);

export const commandTooLarge = rejection('TOO_LARGE', 'This is more than can be stored at once.');

export const orderTooLarge = rejection(
  'TOO_LARGE',
  'The order would be larger than can be stored. Take some lines out of the cart.',
);

export const noSuchRevision = (revision: number) =>
  rejection('NOT_FOUND', `The cart has no revision ${revision}.`);

/** For a repeated openCart without a proof of identity. */
export const openedBefore = rejection(
  'COMMAND_ID_REUSED',
  "This commandId has opened a cart before. Send that cart's token as well, or use a new random UUID.",
);

export const rateLimited = rejection('RATE_LIMITED', 'Too many wrong coupon codes. Wait a minute.');
