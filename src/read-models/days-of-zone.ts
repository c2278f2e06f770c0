// Sums minutes into the days of a time zone.

/** The orders placed in one minute, in UTC. */
export interface RevenueMinute {
  /** In milliseconds since 1970. */
  readonly begins_at: number;
  readonly orders: number;
  readonly units: number;
  /** Minor units as digits: two large orders in one minute can pass 2^53−1. */
  readonly revenue: string;
}

export interface RevenueDay {
  /** In the requested time zone, for example 2010-12-01. */
  readonly date: string;
  readonly orders: number;
  readonly units: number;
  /** In minor units; exact at any size. */
  readonly revenue: bigint;
}

/**
 * @param timeZone a name that Intl knows
 * @throws RangeError for any other name
 */
export function revenueByDay(
  minutes: Iterable<RevenueMinute>,
  timeZone: string,
): readonly RevenueDay[] {
  const zone = new ZoneClock(timeZone);
  const days = new Map<string, RevenueDay>();
  for (const { begins_at, orders, units, revenue } of minutes) {
    const date = zone.dateOf(begins_at);
    const so = days.get(date) ?? { date, orders: 0, units: 0, revenue: 0n };
    days.set(date, {
      date,
      orders: so.orders + orders,
      units: so.units + units,
      revenue: so.revenue + BigInt(revenue),
    });
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

const HOUR_MS = 3_600_000;

class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  /** UTC offset by hour; undefined for an hour in which it changes. */
  private readonly offsets = new Map<number, number | undefined>();

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  dateOf(at: number): string {
    const [date = ''] = new Date(at + this.offsetAt(at)).toISOString().split('T');
    return date;
  }

  /** Formatting is slow, and the offset rarely changes. */
  private offsetAt(at: number): number {
    const hour = Math.floor(at / HOUR_MS);
    if (!this.offsets.has(hour)) this.offsets.set(hour, this.offsetOfHour(hour * HOUR_MS));
    return this.offsets.get(hour) ?? this.askOffset(at);
  }

  /** Some zones change a minute after the hour. */
  private offsetOfHour(begin: number): number | undefined {
    const offset = this.askOffset(begin);
    return offset === this.askOffset(begin + HOUR_MS - 1_000) ? offset : undefined;
  }

  private askOffset(at: number): number {
    const parts = new Map(this.format.formatToParts(at).map(({ type, value }) => [type, +value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local - Math.floor(at / 1_000) * 1_000;
  }
}
