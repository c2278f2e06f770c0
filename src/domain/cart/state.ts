// The cart's state, folded from its events. It is plain JSON, so rows and snapshots can store it.
// It contains no computed amounts.
import { assertNever } from '../assert-never.js';
import { ImpossibleEventError, type Recorded } from '../decider.js';
import type {
  CartEvent,
  CartOpened,
  CouponApplied,
  CouponLapsed,
  CouponRemoved,
  CouponTerms,
  LapseReason,
  PaymentIntent,
  RestoredLine,
  SealedContact,
} from './events.js';
import { type CartDelivery, evolveDelivery, mostAdded } from './delivery/state.js';
import type { CartClaimed, MergedLine } from './lifecycle-events.js';
import { MAX_UNITS } from './limits.js';
import {
  type Line,
  withAll,
  withMerged,
  withPrices,
  withQuantity,
  withRestored,
  withUnits,
} from './lines.js';

export interface HeldCoupon {
  readonly code: string;
  readonly description: string;
  readonly terms: CouponTerms;
  /** Why the coupon counts no more; absent while it may. */
  readonly lapsed?: LapseReason;
  readonly eventId: string;
  readonly revision: number;
}

/** The stream has no CartOpened event. */
export interface AbsentCartState {
  readonly id: null;
  readonly status: 'ABSENT';
  /** Revision of the last folded event; −1 when there is none. */
  readonly revision: number;
}

export interface OpenCartState {
  readonly id: string;
  readonly status: 'OPEN';
  readonly currency: string;
  readonly customerId: string | null;
  readonly tokenHash: string | null;
  /** Revision of the last folded event. */
  readonly revision: number;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly lines: readonly Line[];
  readonly coupons: readonly HeldCoupon[];
  /** Absent while the cart has neither place, method, gift note nor goods that are not standard. */
  readonly delivery?: CartDelivery;
}

/** Nobody has changed it for a while. The next change makes it an open cart again. */
export interface AbandonedCartState extends Omit<OpenCartState, 'status'> {
  readonly status: 'ABANDONED';
}

/** Its contents went to another cart; it never changes again. */
export interface MergedCartState extends Omit<OpenCartState, 'status'> {
  readonly status: 'MERGED';
  readonly intoCartId: string;
}

export interface CheckedOutCartState extends Omit<OpenCartState, 'status'> {
  readonly status: 'CHECKED_OUT';
  readonly orderId: string;
  /** Version of the rules at checkout. */
  readonly pricingVersion: number;
  readonly contact: SealedContact | null;
  readonly payment: PaymentIntent;
}

export type ExistingCartState =
  OpenCartState | AbandonedCartState | MergedCartState | CheckedOutCartState;

export type CartState = AbsentCartState | ExistingCartState;

export const initialCart: AbsentCartState = { id: null, status: 'ABSENT', revision: -1 };

/** What can be counted of a cart, and what cannot be shown or priced exactly. */
export type Countability = 'countable' | 'too many units' | 'worth too much';

/** Events after which a cart can hold more than can be counted. */
const growing: readonly CartEvent['type'][] = [
  'ItemAdded',
  'ItemsAdded',
  'QuantityChanged',
  'PricesAccepted',
  'ChangeUndone',
  'CartMerged',
  'CartForked',
  'TaxRulesApplied',
  'ShippingMethodChosen',
];

export function evolve(state: CartState, event: Recorded<CartEvent>): ExistingCartState {
  const after = applied(state, event);
  if (!growing.includes(event.type)) return after;
  const counted = countabilityOf(after);
  if (counted !== 'countable') throw new ImpossibleEventError(`The cart is ${counted}`);
  return after;
}

/** As `evolve`, without a look at what the cart comes to. @throws ImpossibleEventError */
export function applied(state: CartState, event: Recorded<CartEvent>): ExistingCartState {
  const { revision, occurredAt: updatedAt } = event;
  if (event.type === 'CartOpened') {
    if (state.status !== 'ABSENT') throw new ImpossibleEventError('The cart was open already');
    return opened(event);
  }
  if (state.status === 'ABSENT') throw new ImpossibleEventError('The cart was never opened');
  if (state.status === 'CHECKED_OUT') throw new ImpossibleEventError('The cart was checked out');
  if (state.status === 'MERGED') throw new ImpossibleEventError('The cart is part of another');
  // A build that did not know CartAbandoned has changed such a cart without a CartRevived.
  const next = { ...state, status: 'OPEN' as const, revision, updatedAt };
  switch (event.type) {
    case 'ItemAdded':
      return { ...next, lines: withUnits(state.lines, event.data, event) };
    case 'ItemsAdded':
    case 'CartForked':
      return { ...next, lines: withAll(state.lines, event.data.lines, event) };
    case 'QuantityChanged':
      return { ...next, lines: withQuantity(state.lines, event) };
    case 'ItemRemoved':
      return { ...next, lines: state.lines.filter(({ sku }) => sku !== event.data.sku) };
    case 'PricesAccepted':
      return { ...next, lines: withPrices(state.lines, event) };
    case 'ChangeUndone': {
      const restored = (so: readonly Line[], line: RestoredLine) => withRestored(so, line, event);
      return { ...next, lines: event.data.lines.reduce(restored, state.lines) };
    }
    case 'CartMerged': {
      const merged = (so: readonly Line[], line: MergedLine) => withMerged(so, line, event);
      return { ...next, lines: event.data.lines.reduce(merged, state.lines) };
    }
    case 'CouponApplied':
    case 'CouponRemoved':
      return { ...next, coupons: couponsAfter(state.coupons, event) };
    case 'ShippingAddressSet':
    case 'ShippingAddressRemoved':
    case 'TaxRulesApplied':
    case 'TaxCategoriesApplied':
    case 'ShippingMethodChosen':
    case 'ShippingMethodRemoved':
    case 'GiftNoteSet':
    case 'GiftNoteRemoved':
      return { ...next, delivery: evolveDelivery(state.delivery, event) };
    case 'CouponLapsed':
      return lapsed(state, event);
    case 'CartAbandoned':
      return { ...next, status: 'ABANDONED' };
    case 'CartRevived':
      return next;
    case 'CartClaimed':
      return claimed(next, event.data);
    case 'CartCheckedOut': {
      const { orderId, pricingVersion, contact, payment } = event.data;
      return { ...next, status: 'CHECKED_OUT', orderId, pricingVersion, contact, payment };
    }
    default:
      return assertNever(event);
  }
}

function couponsAfter(
  coupons: readonly HeldCoupon[],
  event: Recorded<CouponApplied | CouponRemoved>,
): readonly HeldCoupon[] {
  const { code } = event.data;
  const others = coupons.filter((held) => held.code !== code);
  if (event.type === 'CouponRemoved') return others;
  if (coupons.some((held) => held.code === code && held.lapsed === undefined)) {
    throw new ImpossibleEventError('The coupon was on the cart already');
  }
  const { data, id: eventId, revision } = event;
  return [...others, { ...data, eventId, revision }];
}

/** No deed of its owner: an abandoned cart stays one, and an open one is idle as long as before. */
function lapsed(
  state: OpenCartState | AbandonedCartState,
  { data, revision }: Recorded<CouponLapsed>,
): OpenCartState | AbandonedCartState {
  const coupons = state.coupons.map((held) =>
    held.code === data.code ? { ...held, lapsed: data.reason } : held,
  );
  return { ...state, revision, coupons };
}

function claimed(
  state: OpenCartState,
  { customerId, tokenHash, intoCartId }: CartClaimed['data'],
): OpenCartState | MergedCartState {
  const owned = { ...state, customerId, tokenHash };
  return intoCartId === null ? owned : { ...owned, status: 'MERGED', intoCartId };
}

function opened({ data, revision, occurredAt }: Recorded<CartOpened>): OpenCartState {
  const { cartId: id, currency, customerId, tokenHash } = data;
  const owned = { id, status: 'OPEN' as const, currency, customerId, tokenHash, revision };
  return { ...owned, openedAt: occurredAt, updatedAt: occurredAt, lines: [], coupons: [] };
}

/** No term is negative, so an inexact sum can only be one that is beyond its bound. */
export function countabilityOf({
  lines,
  delivery,
}: Pick<ExistingCartState, 'lines' | 'delivery'>): Countability {
  let units = 0;
  let worth = 0;
  for (const { portions } of lines) {
    for (const { quantity, unitPrice } of portions) {
      units += quantity;
      worth += quantity * unitPrice;
    }
  }
  if (worth > Number.MAX_SAFE_INTEGER) return 'worth too much';
  if (delivery !== undefined) {
    const most = BigInt(worth) + mostAdded(delivery, worth);
    if (most > BigInt(Number.MAX_SAFE_INTEGER)) return 'worth too much';
  }
  return units > MAX_UNITS ? 'too many units' : 'countable';
}

/** The order that the checkout created; null for an open cart. */
export function orderIdOf(cart: ExistingCartState): string | null {
  return cart.status === 'CHECKED_OUT' ? cart.orderId : null;
}

/** Whether no command changes the cart any more. */
export function isFinal({ status }: ExistingCartState): boolean {
  return status === 'CHECKED_OUT' || status === 'MERGED';
}
