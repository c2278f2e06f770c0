// The cart's events. Stored format: change only by adding a version and an upcaster. Events store
// terms (offered prices, a coupon's conditions), not computed totals, so a corrected fold corrects
// past carts. The one exception is the total that the shopper agreed to.

export interface CartOpened {
  readonly type: 'CartOpened';
  readonly data: {
    readonly cartId: string;
    readonly currency: string;
    readonly customerId: string | null;
    /** SHA-256 of the guest's secret, in hexadecimal. The secret itself is not stored. */
    readonly tokenHash: string | null;
  };
}

export interface ItemAdded {
  readonly type: 'ItemAdded';
  readonly data: {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    /** Offered price of one unit, in minor units of the cart's currency. */
    readonly unitPrice: number;
    /** Revision of the product's stream that offered the price; null when it was not recorded. */
    readonly offerRevision: number | null;
  };
}

export interface QuantityChanged {
  readonly type: 'QuantityChanged';
  readonly data: {
    readonly sku: string;
    readonly from: number;
    readonly to: number;
    /** Offered price of the added units; null unless the quantity was raised. */
    readonly unitPrice: number | null;
  };
}

export interface ItemRemoved {
  readonly type: 'ItemRemoved';
  readonly data: { readonly sku: string; readonly quantity: number };
}

export interface CouponApplied {
  readonly type: 'CouponApplied';
  readonly data: {
    readonly code: string;
    readonly description: string;
    readonly terms: CouponTerms;
  };
}

export interface CouponRemoved {
  readonly type: 'CouponRemoved';
  readonly data: { readonly code: string };
}

export interface CartCheckedOut {
  readonly type: 'CartCheckedOut';
  readonly data: {
    readonly orderId: string;
    /** The total that the shopper saw and agreed to pay, in minor units. */
    readonly total: number;
    /** Version of the pricing rules behind the total. The order is priced by the same version. */
    readonly pricingVersion: number;
  };
}

export type CartEvent =
  | CartOpened
  | ItemAdded
  | QuantityChanged
  | ItemRemoved
  | CouponApplied
  | CouponRemoved
  | CartCheckedOut;

export interface Amount {
  readonly minorUnits: number;
  readonly currency: string;
}

/**
 * Instants in milliseconds since 1970. `validUntil` is exclusive: the coupon has ended at that
 * instant.
 */
export interface CouponTerms {
  readonly discount:
    | { readonly kind: 'PERCENTAGE'; readonly basisPoints: number }
    | ({ readonly kind: 'AMOUNT' } & Amount);
  readonly minimumSpend: Amount | null;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}
