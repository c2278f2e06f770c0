// The query with which staff find carts, the last changed first.
import type { ExistingCartState } from '../domain/cart/state.js';
import type { Dialect } from './database.js';
import { oneOf } from './order-list.js';
import { type ListStatement, type TimePageRange, timeListStatement } from './time-list.js';
import { parsed } from './stored-rows.js';

/** Who gave an e-mail address, by what the rows have of them. */
export interface SoughtPeople {
  /** Ids of the keys that encrypt the address in events. */
  readonly keyIds: readonly string[];
  /** The customers who gave it. */
  readonly customerIds: readonly string[];
}

/** Null: any. Instants in milliseconds since 1970. */
export interface WantedCarts extends TimePageRange {
  readonly customerId: string | null;
  readonly people: SoughtPeople | null;
  readonly status: string | null;
  readonly sku: string | null;
  readonly coupon: string | null;
  readonly changedFrom: number | null;
  readonly changedBefore: number | null;
}

export function cartsStatement(
  wanted: WantedCarts,
  dialect: Pick<Dialect, 'keySearch'>,
): ListStatement {
  const { customerId, people, status, sku, coupon, changedFrom, changedBefore } = wanted;
  return timeListStatement(
    { key: 'cart_id', at: 'updated_at' },
    wanted,
    ({ param, having }) => [
      ...(customerId === null ? [] : [`customer_id = ${param(customerId)}`]),
      ...(people === null ? [] : [isOf(people, param)]),
      ...(status === null ? [] : [`status = ${param(status)}`]),
      ...(changedFrom === null ? [] : [`updated_at >= ${param(changedFrom)}`]),
      ...(changedBefore === null ? [] : [`updated_at < ${param(changedBefore)}`]),
      ...(sku === null ? [] : [having('skus', sku)]),
      ...(coupon === null ? [] : [having('coupons', coupon)]),
    ],
    dialect,
  );
}

/** A cart without an address of its own is found by its customer, who gave the address before. */
function isOf({ keyIds, customerIds }: SoughtPeople, param: (value: string) => string): string {
  const withAddress = oneOf('contact_key', keyIds, param);
  return `(${withAddress}
    OR (contact_key IS NULL AND ${oneOf('customer_id', customerIds, param)}))`;
}

export function cartIn(state: string): ExistingCartState {
  return parsed(state) as ExistingCartState;
}
