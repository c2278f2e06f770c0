// Parses instants from flags.
import { DateTime } from 'luxon';
import { CommandFailure, EXIT } from './exit.js';

/**
 * In milliseconds since 1970; UTC when the text has no time zone.
 *
 * @throws CommandFailure
 */
export function instant(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = DateTime.fromISO(text, { zone: 'utc' });
  if (time.isValid) return time.toMillis();
  throw new CommandFailure(
    EXIT.usage,
    `${flag} ${text} is not an instant such as 2010-12-24 or 2010-12-24T08:00:00Z`,
  );
}
