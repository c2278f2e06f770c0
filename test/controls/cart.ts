// The canonical cart: what tests talk about when the details do not matter.
import type { CouponOffer, Offer } from '../../src/domain/cart/commands.js';
import {
  type CartCheckedOut,
  type CartOpened,
  type CouponApplied,
  type CouponTerms,
  type ItemAdded,
  type QuantityChanged,
  noPayment,
  type SealedContact,
} from '../../src/domain/cart/events.js';
import type { OrderPlaced } from '../../src/domain/order/events.js';
import type { CartState, ExistingCartState } from '../../src/domain/cart/state.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { NOON } from './recorded.js';

export const CART_ID = '0193a000-0000-7000-8000-000000000001';
export const ORDER_ID = '0193a000-0000-5000-8000-000000000002';

export function opened(currency = 'GBP'): CartOpened {
  const data = { cartId: CART_ID, currency, customerId: null, tokenHash: 'a'.repeat(64) };
  return { type: 'CartOpened', data };
}

export function added(sku: string, quantity: number, unitPrice: number): ItemAdded {
  return {
    type: 'ItemAdded',
    data: { sku, name: `THE ${sku}`, quantity, unitPrice, offerRevision: null },
  };
}

export function changed(
  sku: string,
  from: number,
  to: number,
  unitPrice: number | null = null,
): QuantityChanged {
  return { type: 'QuantityChanged', data: { sku, from, to, unitPrice } };
}

export function offered(sku: string, price: number, currency = 'GBP'): Offer {
  return { sku, name: `THE ${sku}`, prices: { [currency]: price }, revision: null };
}

export const always = openTerms;

export function percentOff(percent: number, terms: Partial<CouponTerms> = {}): CouponTerms {
  const discount = { kind: 'PERCENTAGE', basisPoints: percent * 100 } as const;
  return { ...always, discount, ...terms };
}

export function amountOff(minorUnits: number, terms: Partial<CouponTerms> = {}): CouponTerms {
  return { ...always, discount: { kind: 'AMOUNT', minorUnits, currency: 'GBP' }, ...terms };
}

export function applied(code: string, terms: CouponTerms): CouponApplied {
  return { type: 'CouponApplied', data: { code, description: `The ${code}`, terms } };
}

export function couponOffered(terms: CouponTerms): CouponOffer {
  return { description: 'A coupon', terms };
}

export function checkedOut(total: number, contact: SealedContact | null = null): CartCheckedOut {
  const agreed = { pricingVersion: 1, contact, payment: noPayment };
  return { type: 'CartCheckedOut', data: { orderId: ORDER_ID, total, ...agreed } };
}

/** The order of the cart above, without its lines. */
export function orderPlaced(total: number, units = 1, orderId = ORDER_ID): OrderPlaced {
  const amounts = { subtotal: total, discount: 0, total, units };
  const order = { orderId, cartId: CART_ID, customerId: null, currency: 'GBP', lines: [] };
  const agreed = { pricingVersion: 1, contact: null, coupons: [], payment: noPayment };
  const data = { ...order, ...amounts, ...agreed, delivery: null };
  return { type: 'OrderPlaced', data };
}

export const LATER = NOON + 3_600_000;

/** A cart that the test knows to be there. */
export function existing(cart: CartState): ExistingCartState {
  if (cart.status === 'ABSENT') throw new RangeError('There is no such cart');
  return cart;
}
