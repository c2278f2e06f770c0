// Subscriptions: every change of a cart or an order. Access is checked when a client subscribes.
import { Arg, Ctx, ID, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { LiveCartChange } from '../../live-updates/live-changes.js';
import { demandMayRead, demandReadable, mayReadOrder, readableOrder } from '../access.js';
import { notFound } from '../api-error.js';
import { ShownCart } from '../cart-view.js';
import type { RequestContext } from '../context.js';
import { shownEvent } from '../event-view.js';
import { revisionOf, uuidOf } from '../input-rules.js';
import { allows } from '../policy.js';
import { shownOrder } from '../order-view.js';
import type { CartState } from '../../domain/cart/state.js';
import type { OrderState } from '../../domain/order/state.js';
import { TracedPushes } from '../traced-pushes.js';
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
    @Arg('cartId', () => ID, { description: 'The cart' }) _cartId: string,
    @Arg('afterRevision', () => Int, {
      description: 'The revision seen last: every later change is sent',
      nullable: true,
    })
    _afterRevision?: number | null,
  ): CartChange {
    budget.renew();
    if (state.status === 'ABSENT') throw notFound('cart');
    return {
      event:
        entry &&
        shownEvent(entry.stored, entry.event, state, principal, () => Promise.resolve(state)),
      cart: new ShownCart(state, principal, services.time.now(), services.rulesInForce()),
      revision,
    };
  }

  @Subscription(() => Order, {
    description: 'The order as it stands, then after every change',
    subscribe: ({ args, context }) =>
      subscribeToOrder(args as { orderId: string }, context as RequestContext),
  })
  orderChanged(
    @Root() order: OrderState,
    @Ctx() { budget }: RequestContext,
    @Arg('orderId', () => ID, { description: 'The order' }) _orderId: string,
  ): Order {
    budget.renew();
    if (order.status === 'ABSENT') throw notFound('order');
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
  const { carts, live, tracing } = context.services;
  await demandMayRead(context, cartId);
  await demandReadable(context, await carts.state(cartId));
  const { principal } = context;
  const mayRead = (cart: CartState) =>
    cart.status === 'ABSENT' || allows(principal, 'cart:read', cart);
  const watch = new CartWatch(live.cartChanges(cartId, after), mayRead);
  return tracing === undefined ? watch : new TracedPushes(watch, 'cartChanged', tracing);
}

/**
 * The changes of a cart as long as its watcher may read it: a claim ends the watches of the guest.
 * They end as well when nothing more can happen, after the cart became part of another. It is not a
 * generator, whose `return` would wait for a change.
 */
class CartWatch implements AsyncIterableIterator<LiveCartChange> {
  private isOver = false;
  private ended: Promise<unknown> | undefined;

  private readonly changes: AsyncIterator<LiveCartChange, undefined>;

  constructor(
    changes: AsyncIterable<LiveCartChange, undefined>,
    private readonly mayRead: (cart: CartState) => boolean,
  ) {
    this.changes = changes[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<LiveCartChange>> {
    if (this.isOver) return this.return();
    const result = await this.changes.next();
    if (result.done === true) return result;
    const { state } = result.value;
    if (!this.mayRead(state)) return this.return();
    this.isOver = state.status === 'MERGED';
    return result;
  }

  async return(): Promise<IteratorResult<LiveCartChange>> {
    this.isOver = true;
    this.ended ??= this.changes.return?.();
    await this.ended;
    return { done: true, value: undefined };
  }
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
