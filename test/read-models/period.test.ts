// The days and hours of a period, as the clocks of a time zone show them.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDay, lengthInDays, type Period, PeriodCalendar } from '../../src/read-models/period.js';

const MINUTE_MS = 60_000;

const calendarOf = (timeZone: string, firstDay: string, lastDay = firstDay) =>
  new PeriodCalendar({ firstDay, lastDay, timeZone });

/** Each hour as a clock shows it, with its length in minutes. */
function clockOf(timeZone: string, day: string): readonly string[] {
  const calendar = calendarOf(timeZone, day);
  const lengths = new Map<string, number>();
  for (let at = calendar.from; at < calendar.to; at += MINUTE_MS) {
    const key = calendar.hourKeyOf(at);
    if (key !== undefined) lengths.set(key, (lengths.get(key) ?? 0) + 1);
  }
  return [...calendar.hours()].map(([key, { date, hour, offsetMinutes }]) => {
    expect(date).toBe(day);
    return `${hour} at ${offsetMinutes}: ${lengths.get(key)}`;
  });
}

const whole = (hours: readonly number[], offset: number) =>
  hours.map((hour) => `${hour} at ${offset}: 60`);
const upTo = (end: number) => Array.from({ length: end }, (_hour, index) => index);
const from = (begin: number) => upTo(24).slice(begin);

describe('the hours of a day', () => {
  test('are 24', () => {
    expect(clockOf('UTC', '2010-12-01')).toEqual(whole(upTo(24), 0));
    expect(clockOf('Asia/Kolkata', '2010-12-01')).toEqual(whole(upTo(24), 330));
    expect(clockOf('Asia/Kathmandu', '2010-12-01')).toEqual(whole(upTo(24), 345));
    expect(clockOf('Pacific/Chatham', '2010-06-01')).toEqual(whole(upTo(24), 765));
  });

  test('are 23 when the clock goes ahead: one is not there', () => {
    expect(clockOf('Europe/London', '2011-03-27')).toEqual([
      ...whole([0], 0),
      ...whole(from(2), 60),
    ]);
  });

  test('are 25 when the clock goes back: one is there twice', () => {
    expect(clockOf('Europe/London', '2011-10-30')).toEqual([
      ...whole([0, 1], 60),
      ...whole(from(1), 0),
    ]);
  });

  test('begin at one where the clock goes ahead at midnight', () => {
    expect(clockOf('America/Sao_Paulo', '2010-10-17')).toEqual(whole(from(1), -120));
  });

  test('are half as long where the clock is changed by half an hour', () => {
    expect(clockOf('Australia/Lord_Howe', '2011-04-03').slice(1, 4)).toEqual([
      '1 at 660: 60',
      '1 at 630: 30',
      '2 at 630: 60',
    ]);
    expect(clockOf('Australia/Lord_Howe', '2010-10-03').slice(1, 4)).toEqual([
      '1 at 630: 60',
      '2 at 660: 30',
      '3 at 660: 60',
    ]);
  });

  test('come again where the clock goes back a minute after midnight', () => {
    expect(clockOf('America/St_Johns', '2010-11-06').slice(-2)).toEqual([
      '23 at -150: 60',
      '23 at -210: 59',
    ]);
    expect(clockOf('America/St_Johns', '2010-11-07').slice(0, 2)).toEqual([
      '0 at -150: 1',
      '0 at -210: 60',
    ]);
  });
});

describe('the days of a period', () => {
  test('are those of the calendar', () => {
    expect(calendarOf('Europe/London', '2012-02-28', '2012-03-01').days()).toEqual([
      '2012-02-28',
      '2012-02-29',
      '2012-03-01',
    ]);
  });

  test('lack the one that the zone skipped', () => {
    expect(calendarOf('Pacific/Apia', '2011-12-29', '2011-12-31').days()).toEqual([
      '2011-12-29',
      '2011-12-31',
    ]);
    expect(calendarOf('Pacific/Apia', '2011-12-30').days()).toEqual([]);
    expect([...calendarOf('Pacific/Apia', '2011-12-30').hours()]).toEqual([]);
  });
});

const zones = [
  'UTC',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Antarctica/Troll',
];

const anyPeriod: fc.Arbitrary<Period> = fc
  .record({
    zone: fc.constantFrom(...zones),
    day: fc.integer({ min: 0, max: 365 * 55 }),
    days: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ zone, day, days }) => {
    const dayAt = (at: number) => new Date(at * 86_400_000).toISOString().slice(0, 10);
    return { firstDay: dayAt(day), lastDay: dayAt(day + days), timeZone: zone };
  });

/** Minutes that are in no hour, or in one that does not fit. */
function misplaced(period: Period): readonly string[] {
  const calendar = new PeriodCalendar(period);
  const hours = calendar.hours();
  const met = new Set<string>();
  const shown = new Set<string>();
  const wrong: string[] = [];
  for (let at = calendar.from; at < calendar.to; at += MINUTE_MS) {
    const day = calendar.dayOf(at);
    const key = calendar.hourKeyOf(at);
    if (day !== undefined) shown.add(day);
    const hour = key === undefined ? undefined : hours.get(key);
    const isFirst = key !== undefined && !met.has(key);
    if (key !== undefined) met.add(key);
    if (hour?.date !== day || (isFirst && hour?.beginsAt !== at)) {
      wrong.push(new Date(at).toISOString());
    }
  }
  const empty = [...hours.keys()].filter((key) => !met.has(key));
  const days = calendar.days().filter((day) => !shown.has(day));
  return [...wrong, ...empty, ...days, ...(calendar.days().length === shown.size ? [] : ['days'])];
}

test('each minute of a period is in one of its hours, whose day is the minute’s', () => {
  fc.assert(
    fc.property(anyPeriod, (period) => {
      expect(misplaced(period)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test.each(['2010-12-01', '2012-02-29'])('%s is a day', (day) => expect(isDay(day)).toBe(true));

test.each(['', '2011-02-29', '2010-13-01', '2010-12-1', '2010-12-01T00:00', '+10000-01-01', 'now'])(
  '%j is none',
  (text) => expect(isDay(text)).toBe(false),
);

test('a period includes its last day', () => {
  expect(lengthInDays({ firstDay: '2010-12-01', lastDay: '2010-12-01' })).toBe(1);
  expect(lengthInDays({ firstDay: '2010-12-01', lastDay: '2010-12-31' })).toBe(31);
  expect(lengthInDays({ firstDay: '2011-01-01', lastDay: '2010-12-31' })).toBe(0);
});
