// The cart's commands. `at` is the instant of the command, in milliseconds since 1970. The service
// adds prices and coupon terms from its own streams; a shopper never sends them.
import type {
  CartEvent,
  CouponTerms,
  LapseReason,
  PaymentIntent,
  SealedContact,
} from './events.js';
import type { CarriedDelivery } from './delivery/carry.js';
import type { DeliveryCommand, DeliveryOffers } from './delivery/commands.js';
import type { DeliveryPart } from './delivery/events.js';
import type { ClaimStrategy } from './lifecycle-events.js';
import type { PricingRules } from './pricing.js';
import type { OpenCartState } from './state.js';

/** A product on sale: its price by currency, in minor units. */
export interface Offer {
  readonly sku: string;
  readonly name: string;
  readonly prices: Readonly<Record<string, number>>;
  /** Revision of the product's stream; null when the offer does not come from our catalogue. */
  readonly revision: number | null;
  /** What tax rules are by; null, and where it is not told: the standard category. */
  readonly taxCategory?: string | null;
}

/** A coupon that is not withdrawn. */
export interface CouponOffer {
  readonly description: string;
  readonly terms: CouponTerms;
  /** Whether as many orders use it as may. */
  readonly isExhausted?: boolean;
}

export interface OpenCart {
  readonly type: 'OpenCart';
  readonly at: number;
  readonly cartId: string;
  readonly currency: string;
  readonly customerId: string | null;
  readonly tokenHash: string | null;
  /** First lines, of which those that cannot be added are left out. */
  readonly lines?: readonly OfferedLine[];
}

/** A line to add. */
export interface OfferedLine {
  readonly sku: string;
  readonly quantity: number;
  /** Null when the product does not exist or is not on sale. */
  readonly offer: Offer | null;
}

/** Adds several lines: all of them, or those that can be added. */
export interface AddItems {
  readonly type: 'AddItems';
  readonly at: number;
  readonly lines: readonly OfferedLine[];
  readonly partially: boolean;
}

export interface AddItem {
  readonly type: 'AddItem';
  readonly at: number;
  readonly sku: string;
  readonly quantity: number;
  /** Null when the product does not exist or is not on sale. */
  readonly offer: Offer | null;
}

export interface ChangeQuantity {
  readonly type: 'ChangeQuantity';
  readonly at: number;
  readonly sku: string;
  /** The new quantity of the line; 0 removes the line. */
  readonly quantity: number;
  readonly offer: Offer | null;
}

export interface RemoveItem {
  readonly type: 'RemoveItem';
  readonly at: number;
  readonly sku: string;
}

export interface ApplyCoupon {
  readonly type: 'ApplyCoupon';
  readonly at: number;
  readonly code: string;
  /** Null when the coupon does not exist or was withdrawn. */
  readonly coupon: CouponOffer | null;
}

export interface RemoveCoupon {
  readonly type: 'RemoveCoupon';
  readonly at: number;
  readonly code: string;
}

/** The coupon was withdrawn, so it counts no more. */
export interface LapseCoupon {
  readonly type: 'LapseCoupon';
  readonly at: number;
  readonly code: string;
  readonly reason: LapseReason;
}

export interface AcceptPrices {
  readonly type: 'AcceptPrices';
  readonly at: number;
  /** By sku; a line whose product is not on sale keeps its prices. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** Of a cart with a place. */
  readonly delivery?: DeliveryOffers | undefined;
}

/** What a cart held, as far as an undo is concerned. */
export type CartContentsAt = Pick<OpenCartState, 'lines' | 'coupons' | 'delivery'>;

/** The caller's last change, with the cart right before and right after it. */
export interface UndoableChange {
  readonly event: { readonly type: CartEvent['type']; readonly revision: number };
  readonly skus: readonly string[];
  /** Code of the coupon that came or went. */
  readonly coupon: string | null;
  /** What of the delivery came, went or was replaced. */
  readonly delivery: DeliveryPart | null;
  readonly before: CartContentsAt;
  readonly after: CartContentsAt;
}

export interface Undo {
  readonly type: 'Undo';
  readonly at: number;
  /** Null when the caller's last change cannot be undone. */
  readonly change: UndoableChange | null;
  /** The change's coupon, if it can be applied now. */
  readonly couponOffer: CouponOffer | null;
  /** The delivery before the change, for a change of it. */
  readonly delivery?: CarriedDelivery | undefined;
}

/** Opens a cart with what another one held, at the offers of now. */
export interface ForkCart extends Omit<OpenCart, 'type' | 'lines'> {
  readonly type: 'ForkCart';
  readonly fromCartId: string;
  readonly fromRevision: number;
  readonly lines: readonly OfferedLine[];
  readonly coupons: readonly { readonly code: string; readonly coupon: CouponOffer | null }[];
  /** Where the other one goes, for a copy of the same owner. */
  readonly delivery?: CarriedDelivery | undefined;
}

export interface AbandonCart {
  readonly type: 'AbandonCart';
  readonly at: number;
  /** When the last change occurred; a later change keeps the cart open. */
  readonly idleSince: number;
}

export interface ClaimCart {
  readonly type: 'ClaimCart';
  readonly at: number;
  readonly customerId: string;
  /** Hash of the cart's new secret. */
  readonly tokenHash: string;
  readonly strategy: ClaimStrategy;
  /** Open carts of the customer, of which the first with the same currency takes the contents. */
  readonly customersCarts: readonly { readonly cartId: string; readonly currency: string }[];
}

/** Takes over the contents of a claimed cart. */
export interface MergeCart {
  readonly type: 'MergeCart';
  readonly at: number;
  readonly fromCartId: string;
  readonly fromRevision: number;
  readonly from: CartContentsAt;
  /** Where the claimed cart goes. */
  readonly delivery?: CarriedDelivery | undefined;
  readonly strategy: ClaimStrategy;
  readonly customerId: string;
  /** What to open where the stream has no cart yet. */
  readonly opening: Omit<OpenCart, 'type' | 'at' | 'lines'>;
}

export interface CheckOut {
  readonly type: 'CheckOut';
  readonly at: number;
  readonly expectedTotal: number;
  readonly orderId: string;
  readonly contact: SealedContact | null;
  /** The active pricing rules. */
  readonly rules: PricingRules;
  /** None unless given. */
  readonly payment?: PaymentIntent;
  /** Of a cart with a place or a shipping method. */
  readonly delivery?: DeliveryOffers | undefined;
}

/** A command that opens a cart where there is none. */
export type OpeningCommand = OpenCart | ForkCart;

/** A command that an open cart decides; an abandoned one is revived by it. */
export type ChangingCommand =
  | AddItem
  | AddItems
  | ChangeQuantity
  | RemoveItem
  | ApplyCoupon
  | RemoveCoupon
  | AcceptPrices
  | Undo
  | ClaimCart
  | MergeCart
  | CheckOut
  | DeliveryCommand;

export type CartCommand = OpeningCommand | ChangingCommand | AbandonCart | LapseCoupon;
