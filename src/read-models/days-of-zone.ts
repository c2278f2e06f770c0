// Sums minutes into the days of a time zone.
import { ZoneClock } from './zone-clock.js';

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
