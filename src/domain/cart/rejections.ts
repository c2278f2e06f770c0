// Every rejection of a cart's command, with its stable code.
import { decimal } from '../money.js';
import { type Rejection, rejection } from '../rejection.js';

export interface TotalChanged extends Rejection {
  readonly code: 'TOTAL_CHANGED';
  /** In minor units of the cart's currency. */
  readonly currentTotal: number;
}

export interface NotForSale extends Rejection {
  readonly code: 'NOT_FOR_SALE';
  /** The products of the cart that are no longer sold in its currency. */
  readonly skus: readonly string[];
}

/** A line that cannot be added. */
export interface LineRefusal {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly sku: string;
  readonly quantity: number;
  readonly refusal: Rejection;
}

export interface LinesRefused extends Rejection {
  readonly code: 'LINES_REFUSED';
  readonly refusedLines: readonly LineRefusal[];
}

export type CartRejection = Rejection | TotalChanged | LinesRefused;

// A missing cart and another customer's cart get the same message.
export const cartNotFound = rejection('NOT_FOUND', 'There is no such cart.');

export const alreadyOpen = rejection('ALREADY_OPEN', 'This cart has been opened before.');

export const cartClosed = rejection(
  'CART_CLOSED',
  'This cart has been checked out and cannot be changed.',
);

export const cartMerged = rejection(
  'CART_CLOSED',
  'This cart has become part of another one and cannot be changed.',
);

export const alreadyClaimed = rejection('ALREADY_CLAIMED', 'This cart has a customer already.');

export const linesRefused = (refusedLines: readonly LineRefusal[]): LinesRefused => ({
  code: 'LINES_REFUSED',
  message: 'Some of the lines cannot be added. None was added.',
  refusedLines,
});

export const pricesUnchanged = rejection(
  'PRICES_UNCHANGED',
  'Every line has the price of now already.',
);

export const nothingToUndo = rejection('NOTHING_TO_UNDO', 'There is no change that can be undone.');

export const changedSince = rejection(
  'CHANGED_SINCE',
  'Somebody else has changed this since, so it cannot be undone.',
);

export const cartEmpty = rejection('CART_EMPTY', 'There is nothing in the cart.');

export const productNotFound = (sku: string) =>
  rejection('NOT_FOUND', `There is no product ${sku}.`);

export const lineNotFound = (sku: string) => rejection('NOT_FOUND', `The cart holds no ${sku}.`);

export const quantityLimit = (maximum: number) =>
  rejection('QUANTITY_LIMIT', `A line holds from 1 to ${maximum} whole units.`);

export const lineLimit = (maximum: number) =>
  rejection('LINE_LIMIT', `A cart holds at most ${maximum} different products.`);

export const couponLimit = (maximum: number) =>
  rejection('COUPON_LIMIT', `A cart holds at most ${maximum} coupons.`);

export const moneyOverflow = rejection(
  'MONEY_OVERFLOW',
  'The total would be too large to be exact.',
);

export const unknownCurrency = (currency: string) =>
  rejection('UNKNOWN_CURRENCY', `${currency} is not a currency of ISO 4217.`);

export const currencyMismatch = (sku: string, currency: string) =>
  rejection('CURRENCY_MISMATCH', `${sku} is not sold in ${currency}.`);

// An unknown, an ended and a future code get the same message, so nobody can probe for codes.
export const couponInvalid = rejection('COUPON_INVALID', 'This coupon code cannot be used.');

export const couponCurrency = (currency: string) =>
  rejection('COUPON_CURRENCY', `This coupon is not for carts in ${currency}.`);

export const couponAlreadyApplied = (code: string) =>
  rejection('COUPON_ALREADY_APPLIED', `${code} is on the cart already.`);

export const couponNotApplied = (code: string) =>
  rejection('COUPON_NOT_APPLIED', `${code} is not on the cart.`);

export const totalChanged = (currentTotal: number, currency: string): TotalChanged => ({
  code: 'TOTAL_CHANGED',
  message: `The total is ${decimal(currentTotal, currency)} ${currency} now. Nothing was ordered.`,
  currentTotal,
});

export const notForSale = (skus: readonly string[]): NotForSale => ({
  code: 'NOT_FOR_SALE',
  message: `No longer sold: ${skus.join(', ')}. Remove them to check out.`,
  skus,
});
