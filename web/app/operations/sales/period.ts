// The days that the page is about, kept in its address.
import { salesTexts as words } from './texts.ts';

export interface Days {
  /** Such as 2010-12-01; both are included. */
  readonly firstDay: string;
  readonly lastDay: string;
}

const DAY_MS = 86_400_000;
export const mostDays = 366;
export const mostDaysByHour = 92;

const midnight = (day: string) => Date.parse(`${day}T00:00:00Z`);

const dayOf = (at: number) => (Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 10));

/** 31 February would be taken for a day of March. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOf(midnight(text)) === text;

export const lengthOf = ({ firstDay, lastDay }: Days): number =>
  (midnight(lastDay) - midnight(firstDay)) / DAY_MS + 1;

/** Today as the clocks of the zone show it. */
export function todayIn(timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return parts.format(new Date());
}

export function daysUntil(lastDay: string, count: number): Days {
  const firstDay = new Date(midnight(lastDay) - (count - 1) * DAY_MS).toISOString().slice(0, 10);
  return { firstDay, lastDay };
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** Why these days cannot be shown; undefined when they can. */
export function faultOf(days: Days, number: (value: number) => string): string | undefined {
  const length = lengthOf(days);
  if (length < 1) return words.noPeriod;
  return length > mostDays ? words.longPeriod(number(mostDays)) : undefined;
}

const dayFormat = new Intl.DateTimeFormat(undefined, {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const shortFormat = new Intl.DateTimeFormat(undefined, {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
});

/** A day of a calendar is the same text everywhere; it is written in the reader's own way. */
export const longDay = (day: string): string => dayFormat.format(midnight(day));
export const shortDay = (day: string): string => shortFormat.format(midnight(day));
