// Parses instants from flags.
import { DateTime } from 'luxon';
import { CommandFailure, EXIT } from './exit.js';

/** @throws CommandFailure, also where it ends before it begins */
export function period({ from: begin, to: end }: { readonly from?: string; readonly to?: string }) {
  const from = instant('--from', begin, -Infinity);
  const to = instant('--to', end, Infinity);
  if (from <= to) return { from, to };
  throw new CommandFailure(EXIT.usage, `--to ${end} is before --from ${begin}`);
}

/**
 * In milliseconds since 1970; UTC when the text has no time zone.
 *
 * @throws CommandFailure
 */
function instant(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = DateTime.fromISO(text, { zone: 'utc' });
  if (time.isValid) return time.toMillis();
  throw new CommandFailure(
    EXIT.usage,
    `${flag} ${text} is not an instant such as 2010-12-24 or 2010-12-24T08:00:00Z`,
  );
}
