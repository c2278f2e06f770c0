// The events of a cart's life besides its contents: it is abandoned and revived, claimed by a
// customer, merged with another cart, or begun as a copy. Stored format: change only by adding a
// version and an upcaster.
import type { ItemsAdded, RefusedLine } from './events.js';

/** Nobody changed the cart for the configured time. */
export interface CartAbandoned {
  readonly type: 'CartAbandoned';
  /** When the last change had occurred, in milliseconds since 1970. */
  readonly data: { readonly idleSince: number };
}

/** An abandoned cart was changed again; the change itself follows in the same append. */
export interface CartRevived {
  readonly type: 'CartRevived';
  /** When it was abandoned, in milliseconds since 1970. */
  readonly data: { readonly abandonedAt: number };
}

/** What becomes of a product that both carts hold. */
export type ClaimStrategy = 'SUM' | 'MAX' | 'GUEST' | 'CUSTOMER';

/** A guest's cart became a customer's. */
export interface CartClaimed {
  readonly type: 'CartClaimed';
  readonly data: {
    readonly customerId: string;
    /** SHA-256 of the cart's new secret, in hexadecimal; the guest's secret no longer counts. */
    readonly tokenHash: string;
    readonly strategy: ClaimStrategy;
    /**
     * The customer's cart that takes the contents, which closes this one. Null when the customer
     * had none: this cart goes on as the customer's.
     */
    readonly intoCartId: string | null;
  };
}

/** A line of the guest's cart, and what became of it in the customer's. */
export interface MergedLine {
  readonly sku: string;
  readonly name: string;
  readonly guestQuantity: number;
  readonly customerQuantity: number;
  /** Whether the customer's own units of the line stay. */
  readonly keepsCustomers: boolean;
  /** The guest's units that join, at the prices at which they were offered; the oldest first. */
  readonly taken: readonly { readonly quantity: number; readonly unitPrice: number }[];
  /** Code of the limit that kept units out; null when the strategy was followed in full. */
  readonly refusal: string | null;
}

/** A coupon that came with another cart; null: it was applied, by the event before this one. */
export interface CarriedCoupon {
  readonly code: string;
  readonly refusal: string | null;
}

/** The contents of a claimed cart joined this one. */
export interface CartMerged {
  readonly type: 'CartMerged';
  readonly data: {
    readonly fromCartId: string;
    /** Revision of the other cart's claim. */
    readonly fromRevision: number;
    readonly strategy: ClaimStrategy;
    /** Every line of the guest's cart, in its order. */
    readonly lines: readonly MergedLine[];
    readonly coupons: readonly CarriedCoupon[];
  };
}

/** The cart was opened with what another one held at a revision, at the prices of now. */
export interface CartForked {
  readonly type: 'CartForked';
  readonly data: ItemsAdded['data'] & {
    readonly fromCartId: string;
    readonly fromRevision: number;
    readonly refused: readonly RefusedLine[];
    readonly coupons: readonly CarriedCoupon[];
  };
}

export type LifecycleEvent = CartAbandoned | CartRevived | CartClaimed | CartMerged | CartForked;
