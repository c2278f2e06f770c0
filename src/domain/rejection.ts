// A rejection: the business says no. Its code is stable for ever; concrete rejections add fields.

/** Every code and its meaning. Codes are only ever added: clients switch on them. */
export const rejectionCodes = {
  ALREADY_OPEN: 'A cart with this id was opened before',
  ALREADY_PLACED: 'The order was placed before',
  CART_CLOSED: 'The cart has been checked out and cannot be changed',
  CART_EMPTY: 'The cart is empty',
  COMMAND_ID_REUSED: 'The commandId was used before with another input',
  CONFLICT: 'expectedRevision is stale: the cart has changed since',
  COUPON_ALREADY_APPLIED: 'The coupon is already on the cart',
  COUPON_CODE: 'The code is not valid for a coupon',
  COUPON_CURRENCY: 'The coupon is for carts in another currency',
  COUPON_EXHAUSTED: 'The coupon has no uses left. Reserved: not returned yet',
  COUPON_INVALID:
    'The coupon code cannot be used: it is unknown or withdrawn, has ended, or has not started',
  COUPON_LIMIT: 'The cart has the maximum number of coupons',
  COUPON_NOT_APPLIED: 'The coupon is not on the cart',
  COUPON_TERMS: 'The terms are not valid for a coupon',
  CURRENCY_MISMATCH: "The product is not sold in the cart's currency",
  LINE_LIMIT: 'The cart has the maximum number of different products',
  MONEY_OVERFLOW: 'The total would be too large to be exact',
  NOT_A_PRICE: 'A price must be a whole number of minor units, 0 or more, in an ISO 4217 currency',
  NOT_FOUND:
    'The cart, product, line, coupon or order does not exist, or the caller may not see it',
  OUT_OF_STOCK: 'Fewer units are in stock than requested. Reserved: not returned yet',
  PAYMENT_DECLINED: 'The payment was declined. Reserved: not returned yet',
  QUANTITY_LIMIT: 'The quantity is above the limit of a line',
  RATE_LIMITED: 'Too many wrong coupon codes; wait a minute',
  REPORT_OUTGROWN: 'The order no longer has the total in the impact report',
  TOO_LARGE: 'The events are too large for one append; for a checkout, those of its order',
  TOTAL_CHANGED: 'The total differs from expectedTotal; nothing was ordered',
  UNKNOWN_CURRENCY: 'The currency is not an active ISO 4217 currency',
} as const;

export type RejectionCode = keyof typeof rejectionCodes;

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}

/** A rejection that its code and message describe in full. */
export function rejection(code: RejectionCode, message: string): Rejection {
  return { code, message };
}
