// What the read model of the revenue answers: it keeps minutes, and a day is the caller's.
import { type RevenueDay, type RevenueMinute, revenueByDay } from './days-of-zone.js';
import type { AskTable } from './live-tables.js';

export interface RevenueRange {
  /** Instants in milliseconds since 1970. Each minute that overlaps the range counts in full. */
  readonly from: number;
  readonly to: number;
  readonly currency: string;
  /** The time zone of the days, a name that Intl knows. */
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;

export async function revenue(
  ask: AskTable,
  { from, to, currency, timeZone }: RevenueRange,
): Promise<readonly RevenueDay[]> {
  const minutes = await ask<RevenueMinute>(
    (table) =>
      `SELECT begins_at, orders, units, revenue FROM ${table}
       WHERE currency = $1 AND begins_at >= $2 AND begins_at < $3 ORDER BY begins_at`,
    [currency, Math.floor(from / MINUTE_MS) * MINUTE_MS, to],
  );
  return revenueByDay(minutes, timeZone);
}
