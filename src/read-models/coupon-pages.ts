// The list of all coupons, page by page, in the order of their codes.
import type { CouponState } from '../domain/coupon/state.js';
import type { AskTable } from './live-tables.js';
import { parsed } from './stored-rows.js';

export interface CouponPage {
  readonly rows: readonly CouponState[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

interface StoredCouponPage {
  readonly total: number;
  readonly before: number;
  /** Null where the page has no coupon. */
  readonly state: string | null;
}

/** @param after the code before the page; null for the first page */
export async function couponPage(
  size: number,
  after: string | null,
  ask: AskTable,
): Promise<CouponPage> {
  const stored = await ask<StoredCouponPage>(
    (table) => `
      SELECT counted.total, counted.before, page.state
      FROM (SELECT count(*) AS total, count(CASE WHEN code <= $1 THEN 1 END) AS before
            FROM ${table}) counted
      LEFT JOIN (SELECT code, state FROM ${table} WHERE code > $1 ORDER BY code LIMIT $2) page
        ON true
      ORDER BY page.code`,
    [after ?? '', size + 1],
  );
  const rows = stored.flatMap(({ state }) =>
    state === null ? [] : [parsed(state) as CouponState],
  );
  const [counted] = stored;
  return {
    rows: rows.slice(0, size),
    totalCount: counted?.total ?? 0,
    hasNextPage: rows.length > size,
    hasPreviousPage: (counted?.before ?? 0) > 0,
  };
}
