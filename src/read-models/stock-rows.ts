// What the read model of the stock answers: the units of tracked products, and holds that expire.
import type { StockState } from '../domain/inventory/state.js';
import type { AskTable } from './live-tables.js';
import { parsed } from './stored-rows.js';

/** What an order can take of a tracked product. */
export interface AvailableUnits {
  readonly available: number;
  /** The row may say something else than the log; see `isDoubtful`. */
  readonly isDoubtful: boolean;
}

export async function availableUnits(
  ask: AskTable,
  skus: readonly string[],
): Promise<ReadonlyMap<string, AvailableUnits>> {
  if (skus.length === 0) return new Map();
  const places = skus.map((_sku, index) => `$${index + 1}`).join(', ');
  const rows = await ask<{ sku: string; available: number; doubtful: number }>(
    (table) =>
      `SELECT sku, available,
         CASE WHEN EXISTS (SELECT 1 FROM skipped_event WHERE stream = 'inventory-' || sku
                           AND kind <> 'UNKNOWN_TYPE') THEN 1 ELSE 0 END AS doubtful
       FROM ${table} WHERE sku IN (${places})`,
    skus,
  );
  return new Map(
    rows.map(({ sku, available, doubtful }) => [sku, { available, isDoubtful: doubtful === 1 }]),
  );
}

export async function stockToExpire(
  ask: AskTable,
  at: number,
  first: number,
  after: string,
): Promise<readonly StockState[]> {
  const rows = await ask<{ state: string }>(
    (table) =>
      `SELECT state FROM ${table} WHERE next_expiry <= $1 AND sku > $2 ORDER BY sku LIMIT $3`,
    [at, after, first],
  );
  return rows.map(({ state }) => parsed(state) as StockState);
}
