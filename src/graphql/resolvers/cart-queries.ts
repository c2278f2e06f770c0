// Queries on the current cart, from the read model.
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { ExistingCartState } from '../../domain/cart/state.js';
import { StoreUnavailableError } from '../../event-store/errors.js';
import { delay } from '../../waiting/time.js';
import { mayRead, readable } from '../access.js';
import { ApiError, badInput } from '../api-error.js';
import { currentOrder } from '../certain-rows.js';
import { cartProblems } from '../cart-problems.js';
import { ShownCart } from '../cart-view.js';
import { deliveryProblems } from '../delivery-problems.js';
import type { RequestContext } from '../context.js';
import { revisionOf, uuidOf } from '../input-rules.js';
import type { ApiServices } from '../services.js';
import { shownOrder } from '../order-view.js';
import { Cart, CartProblem } from '../types/cart-types.js';
import { Order } from '../types/order-types.js';

const defaultTimeoutMs = 2_000;
const maxTimeoutMs = 10_000;

@Resolver(() => Cart)
export class CartQueries {
  @Query(() => Cart, {
    nullable: true,
    description:
      'From the read model. Waits until the read model has reached minRevision, up to timeoutMs, ' +
      'else fails NOT_CAUGHT_UP.',
  })
  async cart(
    @Ctx() context: RequestContext,
    @Arg('cartId', () => ID, { description: 'The cart' }) id: string,
    @Arg('minRevision', () => Int, {
      description: 'Waits until the read model has this revision, which a command answered',
      nullable: true,
    })
    minRevision?: number | null,
    @Arg('timeoutMs', () => Int, {
      description: 'How long to wait for minRevision, in milliseconds; then NOT_CAUGHT_UP',
      nullable: true,
      defaultValue: defaultTimeoutMs,
    })
    timeoutMs?: number | null,
  ): Promise<ShownCart | null> {
    const cartId = uuidOf(id, 'cartId');
    const waitMs = timeoutOf(timeoutMs);
    const reached = minRevision == null ? null : revisionOf(minRevision, 'minRevision');
    if (reached === null) return cartOf(context, cartId);
    return asked(context, [cartId, reached, waitMs], () =>
      awaitedCart(context, cartId, reached, waitMs),
    );
  }

  @FieldResolver(() => [CartProblem], {
    description: 'What stands in the way of a checkout now: price drift, stock, ineligible coupons',
  })
  async problems(
    @Root() cart: ShownCart,
    @Ctx() { services }: RequestContext,
  ): Promise<CartProblem[]> {
    const [ofGoods, ofDelivery] = await Promise.all([
      cartProblems(cart, services),
      deliveryProblems(cart, services),
    ]);
    return [...ofGoods, ...ofDelivery];
  }

  /** Every reader of the cart may read its order: both have the same owner. */
  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order that its checkout placed',
  })
  async order(
    @Root() { state }: ShownCart,
    @Ctx() { services }: RequestContext,
  ): Promise<Order | null> {
    if (state.status !== 'CHECKED_OUT') return null;
    const { orderId } = state;
    const order = await currentOrder(services, orderId);
    // An interrupted checkout has closed the cart; its order is placed a moment later.
    return order.id === null ? null : shownOrder(order);
  }
}

/** The cart if the caller may read it, or null. @throws ApiError, as the query `cart` */
export function cartOf(context: RequestContext, cartId: string): Promise<ShownCart | null> {
  return asked(context, [cartId], () => currentCart(context, cartId));
}

function asked<Found extends ShownCart | null>(
  { budget }: RequestContext,
  question: readonly unknown[],
  find: () => Promise<Found>,
): Promise<Found> {
  return budget.once(['cart', ...question], async () => {
    const cart = await find();
    if (cart !== null) budget.onCart(cart.state.lines.length);
    return cart;
  });
}

function timeoutOf(timeoutMs: number | null | undefined): number {
  if (timeoutMs == null) return defaultTimeoutMs;
  if (timeoutMs < 0 || timeoutMs > maxTimeoutMs) {
    throw badInput(`timeoutMs must be from 0 to ${maxTimeoutMs}.`);
  }
  return timeoutMs;
}

async function currentCart(context: RequestContext, cartId: string): Promise<ShownCart | null> {
  const { services, principal } = context;
  if (!(await mayReadUnlessAway(context, cartId))) return null;
  const [row, isDoubtful] = await services.reads.cartAndDoubt(cartId);
  // A new cart may not have a row yet; it must not be reported as absent.
  const state = row?.state ?? (await services.carts.state(cartId));
  const cart = await readable(context, state);
  if (cart === null) return null;
  // An event is unreadable or lost, so the row may be wrong, and the log decides.
  if (isDoubtful) await services.history.confirm(cartId);
  const now = services.time.now();
  const boundary = row?.view.nextBoundaryAt ?? null;
  const stillHolds = row !== null && (boundary === null || boundary > now);
  return new ShownCart(
    cart,
    principal,
    now,
    services.rulesInForce(),
    stillHolds ? row.view : undefined,
  );
}

async function awaitedCart(
  context: RequestContext,
  cartId: string,
  minRevision: number,
  waitMs: number,
): Promise<ShownCart | null> {
  const { services, principal } = context;
  // A forbidden cart takes the same wait as an absent one, which never arrives.
  if (!(await mayRead(context, cartId))) {
    await delay(services.time, waitMs);
    throw notCaughtUp();
  }
  const known = await readable(context, await services.carts.state(cartId));
  if (known !== null && (await services.reads.isDoubtful(`cart-${cartId}`))) {
    await services.history.confirm(cartId);
  }
  const state = await reached(context, cartId, known === null ? Infinity : minRevision, waitMs);
  return new ShownCart(state, principal, services.time.now(), services.rulesInForce());
}

/** While the log is unavailable, the read model's row tells the owner. */
async function mayReadUnlessAway(context: RequestContext, cartId: string): Promise<boolean> {
  try {
    return await mayRead(context, cartId);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return true;
    throw error;
  }
}

function notCaughtUp(): ApiError {
  return new ApiError('NOT_CAUGHT_UP', 'The read model has not reached minRevision yet.');
}

/** @throws ApiError NOT_CAUGHT_UP */
async function reached(
  { services }: RequestContext,
  cartId: string,
  minRevision: number,
  waitMs: number,
): Promise<ExistingCartState> {
  const { reads, time } = services;
  const endsAt = time.monotonicMs() + waitMs;
  for (;;) {
    const advance = nextAdvance(services, endsAt - time.monotonicMs());
    try {
      const row = await reads.cart(cartId);
      if (row !== null && row.state.revision >= minRevision) return row.state;
      if (!(await advance.happened)) throw notCaughtUp();
    } finally {
      advance.cancel();
    }
  }
}

/** Subscribes before the row is read, so that no progress in between is missed. */
function nextAdvance({ progress, time }: Pick<ApiServices, 'progress' | 'time'>, waitMs: number) {
  let settle: (happened: boolean) => void = () => undefined;
  const happened = new Promise<boolean>((resolve) => (settle = resolve));
  const cancelTimer = time.after(Math.max(0, waitMs), () => settle(false));
  const unsubscribe = progress.onProgress(() => settle(true));
  const cancel = () => settle(false);
  void happened.then(() => {
    cancelTimer();
    unsubscribe();
  });
  return { happened, cancel };
}
