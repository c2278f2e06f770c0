// An instant in a field for date and time, which has the reader's own time and no zone.
import { instantsAt } from '../repeated-hour.ts';

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** What a field of the type `datetime-local` shows for an instant, to the millisecond. */
export function localTime(instant: string): string {
  const at = new Date(instant);
  const day = [pad(at.getFullYear(), 4), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => pad(part)).join(':');
  return `${day}T${time}.${pad(at.getMilliseconds(), 3)}`;
}

/**
 * RFC 3339: none for a field that is not filled in, two where the clock shows that time twice, the
 * earlier first.
 */
export function instantsIn(local: string): readonly string[] {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? [] : instantsAt(at).map((one) => one.toISOString());
}
