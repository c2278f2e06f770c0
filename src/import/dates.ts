// Parses the dates of a file. The order of day and month is found from the whole file. A date is
// local time of the shop.
import { DateTime } from 'luxon';
import { AmbiguousFileError } from './file-errors.js';

/** The order of day, month and year when the year does not come first, or `ymd` for all dates. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

const TIME = /(?:T| +|, *)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?([ap]\.?m\.?)?/.source;
const ZONE = / ?(Z|UTC|[+-]\d{2}:?\d{2})?/.source;
const ending = (date: RegExp) => new RegExp(`^${date.source}(?:${TIME}${ZONE})?$`, 'i');

/** Groups: three of the date, then hour, minute, second, fraction, am or pm, zone. */
const YEAR_FIRST = ending(/(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/);
const NUMBERS = ending(/(\d{1,2})(?:[-/.])(\d{1,2})(?:[-/.])(\d{4}|\d{2})/);
const NAMED = ending(/(\d{1,2})[- ]([a-z]{3,9})[- ](\d{4}|\d{2})/);

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/**
 * Parses the option's order, such as `d/m/y`, `dd/MM/yyyy HH:mm` or `iso`; undefined for an invalid
 * one.
 */
export function dateOrderNamed(format: string): DateOrder | undefined {
  const text = format.trim().toLowerCase();
  if (text === 'iso') return 'ymd';
  const [date = ''] = text.split(/[t ]/);
  if (/[^dmy%/.-]/.test(date)) return undefined;
  const order = date.replaceAll(/[^dmy]/g, '').replaceAll(/(.)\1+/g, '$1');
  return order === 'dmy' || order === 'mdy' || order === 'ymd' ? order : undefined;
}

/** Finds the possible orders from all dates of a file. */
export class DateSurvey {
  private dayFirst: string | undefined;
  private monthFirst: string | undefined;
  private either: string | undefined;
  private last = '';

  see(date: string): void {
    // The lines of an invoice are adjacent and have the same time.
    if (date === this.last) return;
    this.last = date;
    const [, first = '', second = '', year = ''] = NUMBERS.exec(date) ?? [];
    if (first === '' || isDotted(date)) return;
    const [a, b] = [Number(first), Number(second)];
    // In 10-12-01 the year may come first.
    if (year.length === 2 && date.includes('-')) this.either ??= date;
    else if (a > 12 && b <= 12) this.dayFirst ??= date;
    else if (b > 12 && a <= 12) this.monthFirst ??= date;
    else if (a !== b && a <= 12) this.either ??= date;
  }

  /** @throws AmbiguousFileError */
  order(path: string): DateOrder {
    const { dayFirst, monthFirst, either } = this;
    const way = 'use --date-format d/m/y or --date-format m/d/y';
    if (dayFirst !== undefined && monthFirst !== undefined) {
      throw new AmbiguousFileError(
        `${path} has dates with the day first (${dayFirst}) and with the month first (${monthFirst}): ${way}`,
      );
    }
    if (dayFirst !== undefined) return 'dmy';
    if (monthFirst !== undefined) return 'mdy';
    if (either === undefined) return 'dmy';
    throw new AmbiguousFileError(
      `${path} does not tell days from months (${either}, and no day after the 12th): ${way}`,
    );
  }
}

/** In dates with dots the day always comes first. */
function isDotted(date: string): boolean {
  return /^\d{1,2}\./.test(date);
}

/**
 * In milliseconds since 1970; undefined for an invalid time.
 *
 * @param local the time zone of a time that names none; default: the UK's
 */
export function instantOf(
  date: string,
  order: DateOrder,
  local = 'Europe/London',
): number | undefined {
  const [, ...parts] = YEAR_FIRST.exec(date) ?? [];
  if (parts.length > 0)
    return instant({ year: parts[0], month: parts[1], day: parts[2] }, parts, local);
  const [, ...numbers] = NUMBERS.exec(date) ?? [];
  if (numbers.length > 0) return instant(inOrder(numbers, order), numbers, local);
  const [, ...named] = NAMED.exec(date) ?? [];
  if (named.length === 0) return undefined;
  return instant({ day: named[0], month: monthNamed(named[1]), year: named[2] }, named, local);
}

const EARLIEST = Date.UTC(1990, 0, 1);
/** The shop's clock may be up to a day ahead of this machine's. */
const DAY_MS = 86_400_000;

/** Why a sale was not then: its date is wrong, or in another order. Undefined if it can be. */
export function implausibility(at: number, now: number): string | undefined {
  if (at < EARLIEST) return 'is before 1990';
  return at > now + DAY_MS ? 'is in the future' : undefined;
}

type Text = string | undefined;
interface DateParts {
  readonly year: Text;
  readonly month: Text;
  readonly day: Text;
}

function inOrder([first, second, third]: readonly Text[], order: DateOrder): DateParts {
  // A four-digit year is last, regardless of the requested order.
  if (order === 'ymd' && third?.length === 2) return { year: first, month: second, day: third };
  return order === 'mdy'
    ? { month: first, day: second, year: third }
    : { day: first, month: second, year: third };
}

function monthNamed(name = ''): Text {
  const index = MONTHS.findIndex((month) => month.startsWith(name.toLowerCase()));
  return index < 0 ? undefined : String(index + 1);
}

function instant(date: DateParts, parts: readonly Text[], local: string): number | undefined {
  const [, , , hours = '0', minute = '0', second = '0', fraction = '', half, zone] = parts;
  const hour = hourOf(Number(hours), half);
  if (date.month === undefined || hour === undefined) return undefined;
  const time = DateTime.fromObject(
    {
      year: yearOf(date.year ?? ''),
      month: Number(date.month),
      day: Number(date.day),
      hour,
      minute: Number(minute),
      second: Number(second),
      millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
    },
    { zone: zoneNamed(zone, local) },
  );
  return time.isValid ? time.toMillis() : undefined;
}

/** The twelve-hour clock has no hour 0 and none after 12. */
function hourOf(hour: number, half: Text): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function yearOf(text: string): number {
  if (text.length !== 2) return Number(text);
  return Number(text) + (Number(text) < 70 ? 2000 : 1900);
}

function zoneNamed(zone: Text, local: string): string {
  if (zone === undefined) return local;
  if (/^(z|utc)$/i.test(zone)) return 'utc';
  return `utc${zone.slice(0, 3)}:${zone.slice(-2)}`;
}
