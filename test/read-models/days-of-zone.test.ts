// The days of a time zone, minute by minute, where its clock changes too.
import { describe, expect, test } from '@jest/globals';
import { revenueByDay } from '../../src/read-models/days-of-zone.js';

const daysOf = (timeZone: string, ...ats: string[]) =>
  revenueByDay(
    ats.map((at) => ({ begins_at: Date.parse(at), orders: 1, units: 2, revenue: '300' })),
    timeZone,
  ).map(({ date, orders }) => [date, orders]);

test('sums what each day holds, in the order of the days', () => {
  const minutes = [3, 1, 2, 1].map((day) => ({
    begins_at: Date.UTC(2011, 0, day, 12),
    orders: 1,
    units: 2,
    revenue: '300',
  }));
  expect(revenueByDay(minutes, 'UTC')).toEqual([
    { date: '2011-01-01', orders: 2, units: 4, revenue: 600n },
    { date: '2011-01-02', orders: 1, units: 2, revenue: 300n },
    { date: '2011-01-03', orders: 1, units: 2, revenue: 300n },
  ]);
});

describe('a minute is of the day that the wall shows', () => {
  test.each<[zone: string, at: string, date: string]>([
    ['UTC', '2011-07-01T23:59Z', '2011-07-01'],
    ['Europe/London', '2011-07-01T23:30Z', '2011-07-02'],
    ['Europe/London', '2011-01-01T23:30Z', '2011-01-01'],
    ['America/New_York', '2011-07-02T03:59Z', '2011-07-01'],
    ['America/New_York', '2011-07-02T04:00Z', '2011-07-02'],
    ['Asia/Kolkata', '2011-07-01T18:30Z', '2011-07-02'],
    ['Asia/Kathmandu', '2011-07-01T18:14Z', '2011-07-01'],
    ['Asia/Kathmandu', '2011-07-01T18:15Z', '2011-07-02'],
    ['Pacific/Kiritimati', '2011-07-01T10:00Z', '2011-07-02'],
    ['Pacific/Apia', '2011-12-30T09:59Z', '2011-12-29'],
    // There was no 30 December.
    ['Pacific/Apia', '2011-12-30T10:00Z', '2011-12-31'],
    ['Asia/Kolkata', '1969-12-31T18:30Z', '1970-01-01'],
  ])('%s, %s: %s', (zone, at, date) => {
    expect(daysOf(zone, at)).toEqual([[date, 1]]);
  });

  test('where the clock goes back a minute after midnight, the day before comes again', () => {
    const around = ['2010-11-07T02:29Z', '2010-11-07T02:30Z', '2010-11-07T02:31Z'];
    expect(daysOf('America/St_Johns', ...around)).toEqual([
      ['2010-11-06', 2],
      ['2010-11-07', 1],
    ]);
  });

  test('all of a day on which the clock changes is one day', () => {
    const minutes = Array.from({ length: 25 * 60 }, (_, n) =>
      new Date(Date.UTC(2011, 9, 29, 23) + n * 60_000).toISOString(),
    );
    expect(daysOf('Europe/London', ...minutes)).toEqual([['2011-10-30', 1_500]]);
  });
});

test('sums are exact at any size', () => {
  const large = String(2n ** 53n - 1n);
  const minutes = ['2011-01-01T10:00Z', '2011-01-01T11:00Z', '2011-01-01T12:00Z'].map((at) => ({
    begins_at: Date.parse(at),
    orders: 1,
    units: 1,
    revenue: large,
  }));
  expect(revenueByDay(minutes, 'UTC')).toMatchObject([{ revenue: 3n * (2n ** 53n - 1n) }]);
});
