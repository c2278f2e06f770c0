// What people do in a shop more than once: fill a cart, check it out, and wait for its order.
import { expect } from '@jest/globals';
import * as documents from '../../../schema/generated/graphql.js';
import type { Person } from './sites.js';

export type ShownOrder = documents.OrderPageFieldsFragment;

/** What ends an order's wait: a status, or any other condition. */
type Until = ShownOrder['status'] | ((order: ShownOrder) => boolean);

export interface FilledCart {
  readonly cartId: string;
  readonly holder: Person;
  /** In minor units, as the cart's last answer showed it. */
  readonly total: number;
}

/** Opens a cart and puts so many units of each product into it. */
export async function fillCart(
  person: Person,
  units: Readonly<Record<string, number>>,
): Promise<FilledCart & { readonly cartToken: string }> {
  const { cartId, cartToken, holder } = await person.open();
  let total = 0;
  for (const [sku, quantity] of Object.entries(units)) {
    const input = { cartId, sku, quantity };
    const { addItem } = await holder.ask(documents.AddItemDocument, { input });
    expect(addItem.rejection).toBeNull();
    total = addItem.cart!.totals.total.minorUnits;
  }
  return { cartId, cartToken, holder, total };
}

export interface Paying {
  readonly paymentToken: string;
  readonly email: string;
}

const ann = { email: 'ann@example.org' };

/** Checks a cart out, and answers as the service did. */
export async function askToCheckOut(
  { cartId, holder, total }: FilledCart,
  { paymentToken, email }: Partial<Paying> & Pick<Paying, 'paymentToken'>,
) {
  const input = { cartId, expectedTotal: total, email: email ?? ann.email, paymentToken };
  return (await holder.ask(documents.CheckoutDocument, { input })).checkout;
}

/** The order of a checkout that must succeed. */
export async function checkOut(
  cart: FilledCart,
  paying: Parameters<typeof askToCheckOut>[1],
): Promise<string> {
  const { order, rejection } = await askToCheckOut(cart, paying);
  expect(rejection).toBeNull();
  return order!.id;
}

/** Resolves when the read models have all that was acknowledged until now. */
export async function caughtUp(guest: Person): Promise<void> {
  const { cartId, holder } = await guest.open();
  const least = { cartId, minRevision: 0, timeoutMs: 10_000 };
  const { cart } = await holder.ask(documents.CartDocument, least);
  expect(cart?.id).toBe(cartId);
}

/** Watches the order until it is as wanted. @throws when the watch ends before that */
export async function untilOrder(
  watcher: Pick<Person, 'subscribe'>,
  orderId: string,
  until: Until,
): Promise<ShownOrder> {
  const isReached = typeof until === 'function' ? until : byStatus(until);
  const changes = watcher.subscribe(documents.OrderPageChangedDocument, { orderId });
  for await (const { orderChanged } of changes) if (isReached(orderChanged)) return orderChanged;
  throw new Error(`The watch of order ${orderId} ended early`);
}

function byStatus(wanted: ShownOrder['status']) {
  return ({ status }: ShownOrder) => status === wanted;
}
