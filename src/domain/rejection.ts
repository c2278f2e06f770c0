// A rejection: the business says no. Its code is stable for ever; concrete rejections add fields.

/** Every code and its meaning. Codes are only ever added: clients switch on them. */
export const rejectionCodes = {
  ALREADY_CLAIMED: 'The cart belongs to a customer already',
  ALREADY_OPEN: 'A cart with this id was opened before',
  ALREADY_PLACED: 'The order was placed before',
  CART_CLOSED: 'The cart has been checked out or merged into another, and cannot be changed',
  CART_EMPTY: 'The cart is empty',
  CHANGED_SINCE: 'What the undo would restore has been changed by somebody else since',
  COMMAND_ID_REUSED: 'The commandId was used before with another input',
  CONFLICT: 'expectedRevision is stale: what it is the revision of has changed since',
  COUPON_ALREADY_APPLIED: 'The coupon is already on the cart',
  COUPON_CODE: 'The code is not valid for a coupon',
  COUPON_CURRENCY: 'The coupon is for carts in another currency',
  COUPON_EXHAUSTED: 'The coupon, or the customer, has no uses of it left; nothing was ordered',
  COUPON_INVALID:
    'The coupon code cannot be used: it is unknown or withdrawn, has ended, or has not started',
  COUPON_LIMIT: 'The cart has the maximum number of coupons',
  COUPON_NOT_APPLIED: 'The coupon is not on the cart',
  COUPON_TERMS: 'The terms are not valid for a coupon',
  CURRENCY_MISMATCH: "The product is not sold in the cart's currency",
  LINE_LIMIT: 'The cart has the maximum number of different products',
  LINES_REFUSED: 'Some of the lines cannot be added; none was. The lines say why',
  MONEY_OVERFLOW: 'The total would be too large to be exact',
  NOT_A_PRICE: 'A price must be a whole number of minor units, 0 or more, in an ISO 4217 currency',
  NOTHING_TO_UNDO: 'The last change of the caller cannot be undone, or there is none',
  NOT_FOR_SALE: 'The cart has products that are no longer sold; it stays open',
  NOT_FOUND:
    'The cart, product, line, coupon or order does not exist, or the caller may not see it',
  ORDER_STATUS: "The order's status does not allow this",
  OUT_OF_STOCK: 'Fewer units are in stock than the order needs; the cart stays open',
  PAYMENT_DECLINED:
    'The payment was declined. A checkout does not wait for it: it is the cancelReason of the order',
  PRICES_UNCHANGED: 'Every line has the price of now already',
  PLANNED_PRICE_LIMIT: 'The product has the maximum number of planned prices',
  QUANTITY_LIMIT: 'The quantity is above the limit of a line',
  RATE_LIMITED: 'Too many wrong coupon codes; wait a minute',
  REFUND_LIMIT: 'The amount is more than can still be refunded',
  REPORT_OUTGROWN: 'The order no longer has the total in the impact report',
  SHIPPING_ADDRESS_REQUIRED: 'It is not known where to ship the cart to',
  SHIPPING_METHOD_LIMIT: 'The shop has the maximum number of shipping methods',
  SHIPPING_METHOD_REQUIRED: 'The cart has an address, and no shipping method',
  SHIPPING_TERMS: 'The terms are not valid for a shipping method',
  SHIPPING_UNAVAILABLE:
    'The shipping method is unknown or withdrawn, or not for this country or currency',
  STOCK_BELOW_ZERO: 'The adjustment would leave fewer than 0 units',
  TAX_RULE_LIMIT: 'The country has the maximum number of tax rules',
  TAX_RULE_TERMS: 'The terms are not valid for a tax rule',
  TOO_LARGE: 'The events are too large for one append; for a checkout, those of its order',
  TOTAL_CHANGED: 'The total differs from expectedTotal; nothing was ordered',
  UNKNOWN_COUNTRY: 'The country or region is not one of ISO 3166',
  UNKNOWN_CURRENCY: 'The currency is not an active ISO 4217 currency',
  WEBHOOK_LIMIT: 'The shop has the maximum number of webhooks',
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
