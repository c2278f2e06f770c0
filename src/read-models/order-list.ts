// The query for lists of orders, the newest first.
import type { OrderState } from '../domain/order/state.js';
import type { Dialect } from './database.js';
import { type ListStatement, type TimePageRange, timeListStatement } from './time-list.js';
import { parsed } from './stored-rows.js';

/** Null: any. Instants in milliseconds since 1970. */
export interface WantedOrders extends TimePageRange {
  readonly customerId: string | null;
  /** Ids of keys that encrypt contacts: orders with one of these. */
  readonly contactKeys: readonly string[] | null;
  readonly status: string | null;
  readonly sku: string | null;
  readonly coupon: string | null;
  readonly placedFrom: number | null;
  readonly placedBefore: number | null;
}

export function ordersStatement(
  wanted: WantedOrders,
  dialect: Pick<Dialect, 'keySearch'>,
): ListStatement {
  const { customerId, contactKeys, status, sku, coupon, placedFrom, placedBefore } = wanted;
  const list = { key: 'order_id', at: 'placed_at' };
  return timeListStatement(
    list,
    wanted,
    ({ param, having }) => [
      ...(customerId === null ? [] : [`customer_id = ${param(customerId)}`]),
      ...(contactKeys === null ? [] : [oneOf('contact_key', contactKeys, param)]),
      ...(status === null ? [] : [`status = ${param(status)}`]),
      ...(placedFrom === null ? [] : [`placed_at >= ${param(placedFrom)}`]),
      ...(placedBefore === null ? [] : [`placed_at < ${param(placedBefore)}`]),
      ...(sku === null ? [] : [having('skus', sku)]),
      ...(coupon === null ? [] : [having('coupons', coupon)]),
    ],
    dialect,
  );
}

/** No row has one of no values. */
export function oneOf(
  column: string,
  values: readonly string[],
  param: (value: string) => string,
): string {
  return values.length === 0 ? '(1 = 0)' : `${column} IN (${values.map(param).join(', ')})`;
}

export function orderIn(state: string): OrderState {
  return parsed(state) as OrderState;
}
