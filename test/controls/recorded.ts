// Events as if they had been recorded, at instants and under ids that every test can name.
import type { Recorded } from '../../src/domain/decider.js';

/** Noon of a day in December 2010, in milliseconds since 1970. */
export const NOON = Date.UTC(2010, 11, 8, 12);

export const eventIdAt = (revision: number) =>
  `00000000-0000-4000-8000-${String(revision).padStart(12, '0')}`;

/** A second lies between one event and the next. */
export function recordedAs<Event>(event: Event, revision: number): Recorded<Event> {
  return { ...event, id: eventIdAt(revision), revision, occurredAt: NOON + revision * 1_000 };
}
