// What can happen to a cart. Stored format: change only by adding a version and an upcaster.
// Events hold the terms (offered prices, a coupon's conditions), never a computed total except the
// one that the shopper agreed to: that is what lets a corrected fold correct the past.

export interface CartOpened {
  readonly type: 'CartOpened';
  readonly data: {
    readonly cartId: string;
    readonly currency: string;
    readonly customerId: string | null;
    /** SHA-256 of the guest's secret, hexadecimal; the secret itself is kept nowhere. */
    readonly tokenHash: string | null;
  };
}

export interface ItemAdded {
  readonly type: 'ItemAdded';
  readonly data: {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    /**
     * The price at which each of these units was offered, in minor units of the cart's currency.
     */
    readonly unitPrice: number;
    /** Of the product's stream, at which it was offered so; null where that was not noted. */
    readonly offerRevision: number | null;
  };
}

export interface QuantityChanged {
  readonly type: 'QuantityChanged';
  readonly data: {
    readonly sku: string;
    readonly from: number;
    readonly to: number;
    /** The price at which the added units were offered; null unless the quantity was raised. */
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
    /** What the shopper saw and agreed to pay, in minor units. */
    readonly total: number;
    /** The rules by which that was computed: the order is made of the cart by the same. */
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

/** Instants in milliseconds since 1970; `validUntil` is the first instant at which it is over. */
export interface CouponTerms {
  readonly discount:
    | { readonly kind: 'PERCENTAGE'; readonly basisPoints: number }
    | ({ readonly kind: 'AMOUNT' } & Amount);
  readonly minimumSpend: Amount | null;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}
