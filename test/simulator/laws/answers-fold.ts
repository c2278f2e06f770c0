// Whatever cart or order an answer shows is the fold of the log at the revision that it names, and
// priced at an instant between question and answer. Nothing is shown that the log does not hold.
import type { Reply } from '../history.js';
import { isSeenOf, type PricedWithin, type SeenCart, type SeenOrder } from '../seen-cart.js';
import { type Answered, cartOf, inWords, type Law, shownIn, type World } from './law.js';

export const answersFold: Law = {
  name: 'answers are folds',
  promise: 'Each answer shows the fold of the log at its revision.',
  watch(world, report) {
    return {
      replied(answered) {
        const { reply } = answered;
        const cart = shownIn(reply);
        const order = orderIn(reply);
        const problem =
          (cart === null ? undefined : cartProblem(world, answered, cart)) ??
          (order === null ? undefined : orderProblem(world, order));
        if (problem !== undefined) report(`${inWords(answered)} was shown ${problem}`);
      },
    };
  },
};

function orderIn(reply: Reply): SeenOrder | null {
  return reply.kind === 'accepted' ? reply.order : null;
}

function cartProblem(world: World, answered: Answered, cart: SeenCart): string | undefined {
  const { log, setting } = world;
  const wanted = cartOf(answered.asked.intent);
  const place = `cart-${cart.id}@${cart.revision}`;
  if (wanted !== undefined && wanted !== cart.id) return `cart ${cart.id} instead`;
  const state = log.cartAt(cart.id, cart.revision);
  if (state === undefined) return `${place}, which the log does not hold`;
  if (isSeenOf(cart, state, pricedWithin(world, answered, cart), setting.pricing)) return undefined;
  return `${place} otherwise than the log has it: ${JSON.stringify(cart)}`;
}

function pricedWithin(
  { setting: { beganAt, clockSkewMs } }: World,
  { asked, at }: Answered,
  { updatedAt }: SeenCart,
): PricedWithin {
  if (asked.intent.kind === 'read past') {
    const { at: wanted } = asked.intent;
    const instant = 'instant' in wanted ? wanted.instant : updatedAt;
    return { from: instant, to: instant };
  }
  const from = beganAt + asked.at - clockSkewMs;
  // A stream's time never runs backwards, so a cart may be priced at its last event.
  return { from, to: Math.max(updatedAt, beganAt + at + clockSkewMs) };
}

function orderProblem({ log }: World, order: SeenOrder): string | undefined {
  const place = `order-${order.id}@${order.revision}`;
  const state = log.orderAt(order.id, order.revision);
  if (state?.id !== order.id) return `${place}, which the log does not hold`;
  if (state.cartId !== order.cartId) return `${place} of cart ${order.cartId}`;
  return state.total === order.total
    ? undefined
    : `${place} at ${order.total} instead of ${state.total}`;
}
