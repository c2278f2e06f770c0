// Subscriptions: every change of a cart or an order. Access is checked when a client subscribes.
import { Arg, Ctx, ID, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { LiveCartChange } from '../../live-updates/live-changes.js';
import { demandMayRead, demandReadable, mayReadOrder, readableOrder } from '../access.js';
import { notFound } from '../api-error.js';
import { ShownCart } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { shownEvent } from '../event-view.js';
import { revisionOf, uuidOf } from '../input-rules.js';
import { shownOrder } from '../order-view.js';
import type { OrderState } from '../../domain/order/state.js';
import { CartChange } from '../types/event-types.js';
import { Order } from '../types/order-types.js';

interface CartChangedArguments {
  readonly cartId: string;
  readonly afterRevision?: number | null;
}

@Resolver()
export class LiveCarts {
  @Subscription(() => CartChange, {
    description:
      'Every change after afterRevision exactly once, in order, across reconnects. Without it, the ' +
      'current cart comes first.',
    subscribe: ({ args, context }) =>
      subscribeToCart(args as CartChangedArguments, context as RequestContext),
  })
  cartChanged(
    @Root() { entry, state, revision }: LiveCartChange,
    @Ctx() { principal, services, budget }: RequestContext,
    @Arg('cartId', () => ID) _cartId: string,
    @Arg('afterRevision', () => Int, { nullable: true }) _afterRevision?: number | null,
  ): CartChange {
    budget.renew();
    if (state.status === 'ABSENT') throw notFound('cart');
    return {
      event: entry && shownEvent(entry.stored, entry.event, state, principal),
      cart: new ShownCart(state, principal, services.time.now(), services.rulesInForce()),
      revision,
    };
  }

  @Subscription(() => Order, {
    subscribe: ({ args, context }) =>
      subscribeToOrder(args as { orderId: string }, context as RequestContext),
  })
  orderChanged(
    @Root() order: OrderState,
    @Ctx() { budget }: RequestContext,
    @Arg('orderId', () => ID) _orderId: string,
  ): Order {
    budget.renew();
    return shownOrder(order);
  }
}

/** @throws ApiError NOT_FOUND, and others for a cart that the caller may not watch */
export async function subscribeToCart(
  args: CartChangedArguments,
  context: RequestContext,
): Promise<AsyncIterableIterator<LiveCartChange>> {
  const cartId = uuidOf(args.cartId, 'cartId');
  const { afterRevision } = args;
  const after = afterRevision == null ? undefined : revisionOf(afterRevision, 'afterRevision');
  const { carts, live } = context.services;
  await demandMayRead(context, cartId);
  await demandReadable(context, await carts.state(cartId));
  return live.cartChanges(cartId, after);
}

async function subscribeToOrder(
  args: { readonly orderId: string },
  context: RequestContext,
): Promise<AsyncIterableIterator<OrderState>> {
  const orderId = uuidOf(args.orderId, 'orderId');
  const { live, orders } = context.services;
  if (!(await mayReadOrder(context, orderId))) throw notFound('order');
  const order = await readableOrder(context, await orders.state(orderId));
  if (order === null) throw notFound('order');
  return live.orderChanges(orderId);
}
