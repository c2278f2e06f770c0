// Every rejection of a cart's command, with its stable code.
import { decimal } from '../money.js';
import type { Rejection } from '../rejection.js';

export interface TotalChanged extends Rejection {
  readonly code: 'TOTAL_CHANGED';
  /** In minor units of the cart's currency. */
  readonly currentTotal: number;
}

export type CartRejection = Rejection | TotalChanged;

// A missing cart and another customer's cart get the same message.
export const cartNotFound: Rejection = { code: 'NOT_FOUND', message: 'There is no such cart.' };

export const alreadyOpen: Rejection = {
  code: 'ALREADY_OPEN',
  message: 'This cart has been opened before.',
};

export const cartClosed: Rejection = {
  code: 'CART_CLOSED',
  message: 'This cart has been checked out and cannot be changed.',
};

export const cartEmpty: Rejection = {
  code: 'CART_EMPTY',
  message: 'There is nothing in the cart.',
};

export const productNotFound = (sku: string): Rejection => ({
  code: 'NOT_FOUND',
  message: `There is no product ${sku}.`,
});

export const lineNotFound = (sku: string): Rejection => ({
  code: 'NOT_FOUND',
  message: `The cart holds no ${sku}.`,
});

export const quantityLimit = (maximum: number): Rejection => ({
  code: 'QUANTITY_LIMIT',
  message: `A line holds from 1 to ${maximum} whole units.`,
});

export const lineLimit = (maximum: number): Rejection => ({
  code: 'LINE_LIMIT',
  message: `A cart holds at most ${maximum} different products.`,
});

export const couponLimit = (maximum: number): Rejection => ({
  code: 'COUPON_LIMIT',
  message: `A cart holds at most ${maximum} coupons.`,
});

export const moneyOverflow: Rejection = {
  code: 'MONEY_OVERFLOW',
  message: 'The total would be too large to be exact.',
};

export const unknownCurrency = (currency: string): Rejection => ({
  code: 'UNKNOWN_CURRENCY',
  message: `${currency} is not a currency of ISO 4217.`,
});

export const currencyMismatch = (sku: string, currency: string): Rejection => ({
  code: 'CURRENCY_MISMATCH',
  message: `${sku} is not sold in ${currency}.`,
});

// An unknown, an ended and a future code get the same message, so nobody can probe for codes.
export const couponInvalid: Rejection = {
  code: 'COUPON_INVALID',
  message: 'This coupon code cannot be used.',
};

export const couponCurrency = (currency: string): Rejection => ({
  code: 'COUPON_CURRENCY',
  message: `This coupon is not for carts in ${currency}.`,
});

export const couponAlreadyApplied = (code: string): Rejection => ({
  code: 'COUPON_ALREADY_APPLIED',
  message: `${code} is on the cart already.`,
});

export const couponNotApplied = (code: string): Rejection => ({
  code: 'COUPON_NOT_APPLIED',
  message: `${code} is not on the cart.`,
});

export const totalChanged = (currentTotal: number, currency: string): TotalChanged => ({
  code: 'TOTAL_CHANGED',
  message: `The total is ${decimal(currentTotal, currency)} ${currency} now. Nothing was ordered.`,
  currentTotal,
});
