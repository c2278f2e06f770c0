// Decides a cart's commands: the events to append, or a rejection.
import { assertNever } from '../assert-never.js';
import { accept, type Decider, type Decision, type Recorded, reject } from '../decider.js';
import { isCurrency } from '../currencies.js';
import type {
  AddItem,
  ApplyCoupon,
  CartCommand,
  ChangeQuantity,
  CheckOut,
  Offer,
  OpenCart,
  RemoveCoupon,
  RemoveItem,
} from './commands.js';
import type { CartEvent, CouponTerms } from './events.js';
import { type CartLimits, defaultCartLimits, MAX_UNITS } from './limits.js';
import { price } from './price.js';
import * as rejections from './rejections.js';
import type { CartRejection } from './rejections.js';
import {
  applied,
  type CartState,
  countabilityOf,
  evolve,
  type ExistingCartState,
  initialCart,
  type Line,
  type OpenCartState,
  quantityOf,
} from './state.js';

type CartDecision = Decision<CartEvent, CartRejection>;

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
  if (command.type === 'OpenCart') return open(command, state);
  if (state.status === 'ABSENT') return reject(rejections.cartNotFound);
  if (state.status === 'CHECKED_OUT') return reject(rejections.cartClosed);
  switch (command.type) {
    case 'AddItem':
      return withoutOverflow(addItem(command, state, limits), state, command.at);
    case 'ChangeQuantity':
      return withoutOverflow(changeQuantity(command, state, limits), state, command.at);
    case 'RemoveItem':
      return removeItem(command, state);
    case 'ApplyCoupon':
      return applyCoupon(command, state, limits);
    case 'RemoveCoupon':
      return removeCoupon(command, state);
    case 'CheckOut':
      return checkOut(command, state);
    default:
      return assertNever(command);
  }
}

function open(command: OpenCart, state: CartState): CartDecision {
  if (state.status !== 'ABSENT') return reject(rejections.alreadyOpen);
  const { cartId, currency, customerId, tokenHash } = command;
  if (!isCurrency(currency)) return reject(rejections.unknownCurrency(currency));
  return accept({ type: 'CartOpened', data: { cartId, currency, customerId, tokenHash } });
}

function addItem(command: AddItem, state: OpenCartState, limits: CartLimits): CartDecision {
  const { sku, quantity, offer } = command;
  if (!isCount(quantity, limits)) return reject(rejections.quantityLimit(limits.maxUnitsPerLine));
  if (offer === null) return reject(rejections.productNotFound(sku));
  const unitPrice = priceIn(offer, state.currency);
  if (unitPrice === undefined) return reject(rejections.currencyMismatch(sku, state.currency));
  const line = lineOf(state, sku);
  if (line === undefined && state.lines.length >= limits.maxLines) {
    return reject(rejections.lineLimit(limits.maxLines));
  }
  const inAll = quantity + (line === undefined ? 0 : quantityOf(line));
  if (inAll > limits.maxUnitsPerLine) {
    return reject(rejections.quantityLimit(limits.maxUnitsPerLine));
  }
  const { name, revision: offerRevision } = offer;
  return accept({ type: 'ItemAdded', data: { sku, name, quantity, unitPrice, offerRevision } });
}

/**
 * A change to the same quantity still appends an event. A retry after later changes must be
 * recognised, and only an event stores its command id.
 */
function changeQuantity(
  command: ChangeQuantity,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  const { sku, quantity: to, offer } = command;
  const line = lineOf(state, sku);
  if (line === undefined) return reject(rejections.lineNotFound(sku));
  const from = quantityOf(line);
  if (to === 0) return accept({ type: 'ItemRemoved', data: { sku, quantity: from } });
  if (!isCount(to, limits)) return reject(rejections.quantityLimit(limits.maxUnitsPerLine));
  if (to <= from) {
    return accept({ type: 'QuantityChanged', data: { sku, from, to, unitPrice: null } });
  }
  if (offer === null) return reject(rejections.productNotFound(sku));
  const unitPrice = priceIn(offer, state.currency);
  if (unitPrice === undefined) return reject(rejections.currencyMismatch(sku, state.currency));
  return accept({ type: 'QuantityChanged', data: { sku, from, to, unitPrice } });
}

function removeItem({ sku }: RemoveItem, state: OpenCartState): CartDecision {
  const line = lineOf(state, sku);
  if (line === undefined) return reject(rejections.lineNotFound(sku));
  return accept({ type: 'ItemRemoved', data: { sku, quantity: quantityOf(line) } });
}

function applyCoupon(
  { code, coupon, at }: ApplyCoupon,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  if (state.coupons.some((held) => held.code === code)) {
    return reject(rejections.couponAlreadyApplied(code));
  }
  if (coupon === null || !isValidAt(coupon.terms, at)) return reject(rejections.couponInvalid);
  if (currenciesOf(coupon.terms).some((currency) => currency !== state.currency)) {
    return reject(rejections.couponCurrency(state.currency));
  }
  if (state.coupons.length >= limits.maxCoupons) {
    return reject(rejections.couponLimit(limits.maxCoupons));
  }
  const { description, terms } = coupon;
  return accept({ type: 'CouponApplied', data: { code, description, terms } });
}

function removeCoupon({ code }: RemoveCoupon, state: OpenCartState): CartDecision {
  if (!state.coupons.some((held) => held.code === code)) {
    return reject(rejections.couponNotApplied(code));
  }
  return accept({ type: 'CouponRemoved', data: { code } });
}

function checkOut(
  { at, expectedTotal, orderId, rules }: CheckOut,
  state: OpenCartState,
): CartDecision {
  if (state.lines.length === 0) return reject(rejections.cartEmpty);
  const { total } = price(state, at, rules);
  if (total !== expectedTotal) return reject(rejections.totalChanged(total, state.currency));
  const { version: pricingVersion } = rules;
  return accept({ type: 'CartCheckedOut', data: { orderId, total, pricingVersion } });
}

/** Rejects a change after which an amount could exceed 2^53−1, or the units 2^31−1. */
function withoutOverflow(decision: CartDecision, state: OpenCartState, at: number): CartDecision {
  if ('rejected' in decision) return decision;
  const after = decision.accepted.reduce<ExistingCartState>(
    (so, event) => applied(so, unrecorded(event, so, at)),
    state,
  );
  switch (countabilityOf(after)) {
    case 'countable':
      return decision;
    case 'worth too much':
      return reject(rejections.moneyOverflow);
    case 'too many units':
      return reject(rejections.quantityLimit(MAX_UNITS));
  }
}

function unrecorded(event: CartEvent, state: CartState, at: number): Recorded<CartEvent> {
  return { ...event, id: '', revision: state.revision + 1, occurredAt: at };
}

function isCount(quantity: number, { maxUnitsPerLine }: CartLimits): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= maxUnitsPerLine;
}

function lineOf(state: OpenCartState, sku: string): Line | undefined {
  return state.lines.find((line) => line.sku === sku);
}

function priceIn({ prices }: Offer, currency: string): number | undefined {
  return Object.hasOwn(prices, currency) ? prices[currency] : undefined;
}

function isValidAt({ validFrom, validUntil }: CouponTerms, at: number): boolean {
  return (validFrom === null || at >= validFrom) && (validUntil === null || at < validUntil);
}

function currenciesOf({ discount, minimumSpend }: CouponTerms): string[] {
  return [discount, minimumSpend].flatMap((amount) =>
    amount !== null && 'currency' in amount ? [amount.currency] : [],
  );
}
