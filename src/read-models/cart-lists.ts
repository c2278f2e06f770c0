// The queries that find carts by owner or by the time of their last change. Each is one statement.
import type { ExistingCartState } from '../domain/cart/state.js';
import type { Value } from './database.js';
import { parsed } from './stored-rows.js';

/** A place in the carts of a customer: the last changed come first. */
export interface CartPlace {
  /** In milliseconds since 1970. */
  readonly updatedAt: number;
  readonly cartId: string;
}

export interface CustomersCartPage {
  readonly rows: readonly ExistingCartState[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface Query {
  readonly sql: (table: string) => string;
  readonly params: readonly Value[];
}

/** Asks the carts' live rows. */
export type AskCarts = <Found>(query: Query) => Promise<readonly Found[]>;

const OPEN = "status IN ('OPEN', 'ABANDONED')";
const MOST_OPEN = 20;

/**
 * Ids of the customer's open and abandoned carts, the last changed by the customer first. The time
 * of an abandoned one is that of its abandonment, and each open one was changed after its change.
 */
export async function openCartsOf(ask: AskCarts, customerId: string): Promise<readonly string[]> {
  const rows = await ask<{ cart_id: string }>({
    sql: (table) =>
      `SELECT cart_id FROM ${table} WHERE customer_id = $1 AND ${OPEN}
       ORDER BY CASE status WHEN 'OPEN' THEN 0 ELSE 1 END, updated_at DESC, cart_id DESC
       LIMIT ${MOST_OPEN}`,
    params: [customerId],
  });
  return rows.map(({ cart_id }) => cart_id);
}

/** A page of the customer's carts in any status. */
export async function cartsOfCustomer(
  ask: AskCarts,
  customerId: string,
  first: number,
  after: CartPlace | null,
): Promise<CustomersCartPage> {
  const begin = after ?? { updatedAt: Number.MAX_SAFE_INTEGER, cartId: '' };
  const [counted] = await ask<{ total: number; before: number }>({
    sql: (table) => `SELECT count(*) AS total,
      coalesce(sum(CASE WHEN ${isAfter('$2', '$3')} THEN 0 ELSE 1 END), 0) AS before
      FROM ${table} WHERE customer_id = $1`,
    params: [customerId, begin.updatedAt, begin.cartId],
  });
  const rows = await ask<{ state: string }>({
    sql: (table) =>
      `SELECT state FROM ${table} WHERE customer_id = $1 AND ${isAfter('$2', '$3')}
       ORDER BY updated_at DESC, cart_id DESC LIMIT $4`,
    params: [customerId, begin.updatedAt, begin.cartId, first + 1],
  });
  return {
    rows: rows.slice(0, first).map(({ state }) => parsed(state) as ExistingCartState),
    totalCount: counted?.total ?? 0,
    hasNextPage: rows.length > first,
    hasPreviousPage: (counted?.before ?? 0) > 0,
  };
}

/** Later in the list, so changed earlier. */
function isAfter(updatedAt: string, cartId: string): string {
  return `(updated_at < ${updatedAt} OR (updated_at = ${updatedAt} AND cart_id < ${cartId}))`;
}

/** An open cart, and when it was changed last. */
export interface IdleCart {
  readonly cartId: string;
  readonly idleSince: number;
}

/** Open carts that nobody has changed since `before`, the longest idle first, after `after`. */
export async function idleCarts(
  ask: AskCarts,
  before: number,
  first: number,
  after: IdleCart | null,
): Promise<readonly IdleCart[]> {
  const begin = after ?? { idleSince: Number.MIN_SAFE_INTEGER, cartId: '' };
  const rows = await ask<{ cart_id: string; updated_at: number }>({
    sql: (table) =>
      `SELECT cart_id, updated_at FROM ${table} WHERE status = 'OPEN' AND updated_at <= $1
       AND (updated_at > $2 OR (updated_at = $2 AND cart_id > $3))
       ORDER BY updated_at, cart_id LIMIT $4`,
    params: [before, begin.idleSince, begin.cartId, first],
  });
  return rows.map((row) => ({ cartId: row.cart_id, idleSince: row.updated_at }));
}
