// The refusals that come from how commands are run rather than from the business.
import type { Rejection } from '../domain/rejection.js';

export interface RevisionConflict extends Rejection {
  readonly code: 'CONFLICT';
  readonly currentRevision: number;
}

export const conflict = (currentRevision: number): RevisionConflict => ({
  code: 'CONFLICT',
  message: `It was changed meanwhile; it is at revision ${currentRevision} now.`,
  currentRevision,
});

export const commandIdReused: Rejection = {
  code: 'COMMAND_ID_REUSED',
  message: 'This commandId was used before, with another input.',
};

/** For a repeated openCart that proves nothing. */
export const openedBefore: Rejection = {
  code: 'COMMAND_ID_REUSED',
  message:
    "This commandId has opened a cart before. Send that cart's token as well, or use a new random UUID.",
};

export const rateLimited: Rejection = {
  code: 'RATE_LIMITED',
  message: 'Too many wrong coupon codes. Wait a minute.',
};
