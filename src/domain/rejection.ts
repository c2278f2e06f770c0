// A rejection: the business says no. Its code is stable for ever; concrete rejections add fields.

/** Every code and its meaning. Codes are only ever added: clients switch on them. */
export const rejectionCodes = {
  ALREADY_OPEN: 'A cart has been opened under this id before',
  ALREADY_PLACED: 'The order has been placed before',
  CART_CLOSED: 'The cart has been checked out and cannot be changed',
  CART_EMPTY: 'There is nothing in the cart to check out',
  COMMAND_ID_REUSED: 'The commandId was used before, with another input',
  CONFLICT: 'expectedRevision is stale: the cart has changed since',
  COUPON_ALREADY_APPLIED: 'The coupon is on the cart already',
  COUPON_CODE: 'A coupon cannot be defined under this code',
  COUPON_CURRENCY: 'The coupon is for carts in another currency',
  COUPON_EXHAUSTED: 'The coupon has been used as often as it may be. Reserved: not answered yet',
  COUPON_INVALID: 'The coupon code cannot be used: unknown, withdrawn, over, or still to come',
  COUPON_LIMIT: 'The cart holds as many coupons as it may',
  COUPON_NOT_APPLIED: 'The coupon is not on the cart',
  COUPON_TERMS: 'A coupon cannot have these terms',
  CURRENCY_MISMATCH: "The product is not sold in the cart's currency",
  LINE_LIMIT: 'The cart holds as many different products as it may',
  MONEY_OVERFLOW: 'The total would be too large to be counted exactly',
  NOT_A_PRICE: 'A price is a whole number of minor units, 0 or more, in a currency of ISO 4217',
  NOT_FOUND: 'The cart, product, line, coupon or order is absent, or not for the caller to see',
  OUT_OF_STOCK: 'Fewer units can be had than were asked for. Reserved: not answered yet',
  PAYMENT_DECLINED: 'The payment was declined. Reserved: not answered yet',
  QUANTITY_LIMIT: 'A line cannot hold so many units',
  RATE_LIMITED: 'Too many wrong coupon codes: wait a minute',
  REPORT_OUTGROWN: 'The order no longer comes to what the impact report says',
  TOO_LARGE:
    'The event store would not take the events at once; for a checkout, those of its order',
  TOTAL_CHANGED: 'The cart no longer costs what the shopper saw; nothing was ordered',
  UNKNOWN_CURRENCY: 'The currency is not an active one of ISO 4217',
} as const;

export type RejectionCode = keyof typeof rejectionCodes;

export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}
