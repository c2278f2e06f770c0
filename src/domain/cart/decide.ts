// Decides a cart's commands: the events to append, or a rejection.
import { assertNever } from '../assert-never.js';
import { accept, type Decider, reject } from '../decider.js';
import type { CartCommand, ChangingCommand, CheckOut, Offer } from './commands.js';
import { applyCoupon, lapseCoupon, removeCoupon } from './decide-coupons.js';
import { abandonCart, claimCart, forkCart, openCart } from './decide-lifecycle.js';
import { addItem, changeQuantity, removeItem } from './decide-lines.js';
import { mergeCart, openMerged } from './decide-merge.js';
import { acceptPrices } from './decide-prices.js';
import { addItems } from './decide-several.js';
import { undo } from './decide-undo.js';
import { type CartDecision, openAfter, withoutOverflow } from './decision.js';
import { categoriesBefore } from './delivery/categories.js';
import { decideDelivery, shippingRefusal, taxRulesOfNow } from './delivery/decide.js';
import { type CartEvent, noPayment } from './events.js';
import { type CartLimits, defaultCartLimits } from './limits.js';
import { price } from './price.js';
import * as rejections from './rejections.js';
import type { CartRejection } from './rejections.js';
import { type CartState, evolve, initialCart, type OpenCartState } from './state.js';

export type CartDecider = Decider<CartState, CartCommand, CartEvent, CartRejection>;

export function createCartDecider(limits: CartLimits = defaultCartLimits): CartDecider {
  return {
    category: 'cart',
    initial: initialCart,
    evolve,
    decide: (command, state) => decide(command, state, limits),
  };
}

export const cartDecider = createCartDecider();

function decide(command: CartCommand, state: CartState, limits: CartLimits): CartDecision {
  if (command.type === 'OpenCart' || command.type === 'ForkCart') {
    if (state.status !== 'ABSENT') return reject(rejections.alreadyOpen);
    return command.type === 'OpenCart' ? openCart(command, limits) : forkCart(command, limits);
  }
  if (state.status === 'ABSENT') {
    if (command.type === 'MergeCart') return openMerged(command, limits);
    return reject(rejections.cartNotFound);
  }
  if (command.type === 'AbandonCart') return abandonCart(command, state);
  if (command.type === 'LapseCoupon') return lapseCoupon(command, state);
  if (state.status === 'CHECKED_OUT') return reject(rejections.cartClosed);
  if (state.status === 'MERGED') return reject(rejections.cartMerged);
  if (state.status === 'OPEN')
    return withoutOverflow(change(command, state, limits), state, command.at);
  return revive(command, { ...state, status: 'OPEN' }, limits);
}

/** A command that changes an abandoned cart revives it; one that is refused does not. */
function revive(command: ChangingCommand, state: OpenCartState, limits: CartLimits): CartDecision {
  const decision = withoutOverflow(change(command, state, limits), state, command.at);
  if ('rejected' in decision || decision.accepted.length === 0) return decision;
  const revival = { type: 'CartRevived', data: { abandonedAt: state.updatedAt } } as const;
  return accept<CartEvent>(revival, ...decision.accepted);
}

function change(command: ChangingCommand, state: OpenCartState, limits: CartLimits): CartDecision {
  switch (command.type) {
    case 'AddItem':
      return categorized([command.offer], addItem(command, state, limits), state);
    case 'AddItems': {
      const offers = command.lines.map(({ offer }) => offer);
      return categorized(offers, addItems(command, state, limits), state);
    }
    case 'ChangeQuantity':
      return categorized([command.offer], changeQuantity(command, state, limits), state);
    case 'RemoveItem':
      return removeItem(command, state);
    case 'ApplyCoupon':
      return applyCoupon(command, state, limits);
    case 'RemoveCoupon':
      return removeCoupon(command, state);
    case 'AcceptPrices':
      return acceptPrices(command, state);
    case 'Undo':
      return undo(command, state, limits);
    case 'ClaimCart':
      return claimCart(command, state);
    case 'MergeCart':
      return mergeCart(command, state, limits);
    case 'CheckOut':
      return checkOut(command, state);
    case 'SetShippingAddress':
    case 'RemoveShippingAddress':
    case 'ChooseShippingMethod':
    case 'RemoveShippingMethod':
    case 'SetGiftNote':
    case 'RemoveGiftNote':
      return decideDelivery(command, state);
    default:
      return assertNever(command);
  }
}

function categorized(
  offers: readonly (Offer | null)[],
  decision: CartDecision,
  { delivery }: OpenCartState,
): CartDecision {
  if ('rejected' in decision) return decision;
  return accept(...categoriesBefore(decision.accepted, offers, delivery), ...decision.accepted);
}

/** The order is taxed by the rules of now: a shop cannot charge others. */
function checkOut(
  { at, expectedTotal, orderId, rules, contact, payment = noPayment, delivery }: CheckOut,
  state: OpenCartState,
): CartDecision {
  if (state.lines.length === 0) return reject(rejections.cartEmpty);
  const refusal = shippingRefusal(state, delivery);
  if (refusal !== undefined) return reject(refusal);
  const taxed = taxRulesOfNow(state, delivery, at);
  const { total } = price(openAfter(state, taxed, at), at, rules);
  if (total !== expectedTotal) return reject(rejections.totalChanged(total, state.currency));
  const { version: pricingVersion } = rules;
  const agreed = { orderId, total, pricingVersion, contact, payment };
  return accept<CartEvent>(...taxed, { type: 'CartCheckedOut', data: agreed });
}
