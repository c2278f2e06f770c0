// Queries on the uses of coupons, and on the carts that have one.
import type { AskTable } from './live-tables.js';

export interface HeldCouponUse {
  readonly code: string;
  readonly orderId: string;
  readonly cartId: string;
}

interface CartStatusRow {
  readonly cart_id: string;
  readonly status: string;
}

const CARTS_A_PAGE = 500;

/** Those that expired first, by `at` in milliseconds since 1970; at most `first`. */
export async function expiredUses(
  at: number,
  first: number,
  ask: AskTable,
): Promise<readonly HeldCouponUse[]> {
  const rows = await ask<{ code: string; order_id: string; cart_id: string }>(
    (table) =>
      `SELECT code, order_id, cart_id FROM ${table} WHERE expires_at <= $1
       ORDER BY expires_at LIMIT $2`,
    [at, first],
  );
  return rows.map(({ code, order_id: orderId, cart_id: cartId }) => ({ code, orderId, cartId }));
}

/** The carts in the order of their ids, page by page; those that are closed are left out. */
export async function* cartsWith(
  code: string,
  ask: AskTable,
  cartRows: (ids: readonly string[]) => Promise<readonly CartStatusRow[]>,
): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const page = await ask<{ cart_id: string }>(
      (table) =>
        `SELECT cart_id FROM ${table} WHERE code = $1 AND held = 1 AND cart_id > $2
         ORDER BY cart_id LIMIT ${CARTS_A_PAGE}`,
      [code, after],
    );
    const ids = page.map(({ cart_id }) => cart_id);
    for (const { cart_id: cartId, status } of await cartRows(ids)) {
      if (status === 'OPEN' || status === 'ABANDONED') yield cartId;
    }
    if (ids.length < CARTS_A_PAGE) return;
    after = ids.at(-1) ?? '';
  }
}
