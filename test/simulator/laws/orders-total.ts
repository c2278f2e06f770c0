// An order comes to what its cart came to at its checkout, which is what the shopper agreed to pay:
// the same in the cart's last event, in the order, in its lines and in the answer.
import type { OrderPlaced } from '../../../src/domain/order/events.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { totalAtCheckout } from '../seen-cart.js';
import { inWords, type Law, type World } from './law.js';

export const ordersTotal: Law = {
  name: 'orders total',
  promise: "An order's total is its cart's at the checkout, and the sum of its lines.",
  watch(world, report) {
    return {
      stored(event) {
        if (world.foreign.has(event.id)) return;
        const problem =
          event.type === 'CartCheckedOut' ? cartProblem(world, event) : orderProblem(world, event);
        if (problem !== undefined) report(`${event.stream}@${event.revision}: ${problem}`);
      },
      replied(answered) {
        const { asked, reply } = answered;
        if (asked.intent.kind !== 'change cart' || reply.kind !== 'accepted') return;
        const { change } = asked.intent;
        if (change.type !== 'CheckOut') return;
        if (reply.order === null) report(`${inWords(answered)} was accepted without an order`);
        else if (reply.order.total !== change.expectedTotal) {
          report(
            `${inWords(answered)}: ${change.expectedTotal} agreed, ${reply.order.total} ordered`,
          );
        }
      },
    };
  },
};

function cartProblem({ log, setting }: World, { stream, revision, data }: StoredEvent) {
  const { total } = data as { readonly total: number };
  const state = log.cartAt(stream.slice('cart-'.length), revision);
  if (state === undefined) return 'the cart that is checked out is not understood';
  const due = totalAtCheckout(state, setting.pricing);
  return due === total ? undefined : `checked out at ${total}, where it came to ${due}`;
}

/** Shipping, and the taxes that prices do not include. */
function addedIn({ delivery }: OrderPlaced['data']): number {
  const onTop = delivery?.taxes.filter(({ included }) => !included) ?? [];
  return onTop.reduce((sum, { amount }) => sum + amount, delivery?.shipping?.amount ?? 0);
}

function orderProblem({ log, setting }: World, { stream, type, data }: StoredEvent) {
  if (type !== 'OrderPlaced') return undefined;
  const order = data as OrderPlaced['data'];
  const events = log.cartEvents(order.cartId);
  const closed = events.find((event) => event.type === 'CartCheckedOut');
  if (closed === undefined) return `an order of cart ${order.cartId}, which was not checked out`;
  const { orderId } = closed.data as { readonly orderId: string };
  if (`order-${orderId}` !== stream) return `the cart's order is ${orderId}`;
  const cart = log.cartAt(order.cartId, closed.revision);
  if (cart === undefined) return undefined;
  const due = totalAtCheckout(cart, setting.pricing);
  if (order.total !== due) return `ordered at ${order.total}, where the cart came to ${due}`;
  const lines = order.lines.reduce((sum, { total }) => sum + total, 0);
  const added = addedIn(order);
  if (lines + added !== order.total) {
    return `its lines sum to ${lines}, with ${added} for charges, not to ${order.total}`;
  }
  return order.subtotal - order.discount + added === order.total
    ? undefined
    : `${order.subtotal} less ${order.discount}, with ${added}, is not ${order.total}`;
}
