// The cart that all readers see: priced at an instant, and each part of the total cites its event.
// It is plain JSON, so a read model can store it.
import { decimal } from '../money.js';
import {
  price,
  type PricedCart,
  type PricedCoupon,
  type PricedPortion,
  type PricingRules,
} from './price.js';
import { nextTaxRuleAfter } from './delivery/charges.js';
import {
  chargedParts,
  type DeliveryView,
  deliveryView,
  lineTaxes,
  type LineTax,
} from './delivery/view.js';
import { type Line, quantityOf } from './lines.js';
import { type CartState, type ExistingCartState, isFinal } from './state.js';

export interface CartView {
  readonly id: string;
  readonly status: ExistingCartState['status'];
  readonly currency: string;
  readonly revision: number;
  readonly customerId: string | null;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly lines: readonly LineView[];
  readonly coupons: readonly CouponView[];
  readonly totals: TotalsView;
  /** Absent while nothing is known of where the cart goes, and in rows of earlier builds. */
  readonly delivery?: DeliveryView;
  /**
   * The next instant at which a coupon starts or ends, or a tax rule begins, and this pricing
   * expires; null when there is none.
   */
  readonly nextBoundaryAt: number | null;
}

export interface PortionView {
  readonly quantity: number;
  readonly unitPrice: number;
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
  readonly eventId: string;
  readonly revision: number;
}

export interface LineView {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** Price of the oldest portion: the offer when the item was added. */
  readonly unitPrice: number;
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
  readonly addedAt: number;
  readonly portions: readonly PortionView[];
  /** Of what the line costs after discounts; absent where no tax counts. */
  readonly tax?: LineTax;
}

export interface CouponView {
  readonly code: string;
  readonly description: string;
  readonly eligible: boolean;
  readonly reason: string | null;
  readonly discount: number;
}

export interface ComponentView {
  readonly label: string;
  readonly amount: number;
  readonly eventId: string;
  readonly revision: number;
}

export interface TotalsView {
  readonly itemCount: number;
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
  /**
   * Parts that sum to the total: one for each portion, minus one for each coupon, shipping, and one
   * for each tax. A tax that prices include is a part of 0.
   */
  readonly because: readonly ComponentView[];
}

/** @throws RangeError for a cart that was never opened; callers show such a cart as absent */
export function viewCart(state: CartState, at: number, rules: PricingRules): CartView {
  if (state.status === 'ABSENT') {
    throw new RangeError('A cart that was never opened has no view');
  }
  const priced = price(state, pricedAt(state, at), rules);
  const taxOf = lineTaxes(state, priced.charges);
  const lines = state.lines.map((line, index) => ({
    ...lineView(line, priced.portions[index] ?? []),
    ...taxOf(index),
  }));
  return {
    id: state.id,
    status: state.status,
    currency: state.currency,
    revision: state.revision,
    customerId: state.customerId,
    openedAt: state.openedAt,
    updatedAt: state.updatedAt,
    lines,
    coupons: priced.coupons.map(couponView),
    totals: totalsView(state, priced, lines),
    ...deliveryView(state.delivery, priced.charges),
    nextBoundaryAt: nextBoundaryAfter(state, at),
  };
}

/** A cart that never changes again keeps the price of its end, even after a coupon ends. */
export function pricedAt(state: ExistingCartState, at: number): number {
  return isFinal(state) ? state.updatedAt : at;
}

function lineView(line: Line, priced: readonly PricedPortion[]): LineView {
  const portions = priced.map(portionView);
  return {
    sku: line.sku,
    name: line.name,
    quantity: quantityOf(line),
    unitPrice: line.portions[0]?.unitPrice ?? 0,
    subtotal: sumOf(portions, 'subtotal'),
    discount: sumOf(portions, 'discount'),
    total: sumOf(portions, 'total'),
    addedAt: line.addedAt,
    portions,
  };
}

function portionView(portion: PricedPortion): PortionView {
  const { quantity, unitPrice, subtotal, discount, eventId, revision } = portion;
  const total = subtotal - discount;
  return { quantity, unitPrice, subtotal, discount, total, eventId, revision };
}

function couponView({ code, description, reason, discount }: PricedCoupon): CouponView {
  return { code, description, eligible: reason === null, reason, discount };
}

function totalsView(
  { currency }: ExistingCartState,
  { subtotal, discount, total, coupons, charges }: PricedCart,
  lines: readonly LineView[],
): TotalsView {
  const goods = lines.flatMap((line) =>
    line.portions.map((portion) => ({
      label: `${portion.quantity} × ${line.name} at ${decimal(portion.unitPrice, currency)} ${currency}`,
      amount: portion.subtotal,
      eventId: portion.eventId,
      revision: portion.revision,
    })),
  );
  const reductions = coupons
    .filter((coupon) => coupon.discount > 0)
    .map(({ code, discount: amount, eventId, revision }) => ({
      label: `Coupon ${code}`,
      amount: -amount,
      eventId,
      revision,
    }));
  const itemCount = sumOf(lines, 'quantity');
  const because = [...goods, ...reductions, ...chargedParts(charges, currency)];
  return { itemCount, subtotal, discount, total, because };
}

/** When a coupon begins or ends next, or a tax rule begins, in milliseconds since 1970; or null. */
export function nextBoundaryAfter(state: ExistingCartState, at: number): number | null {
  if (isFinal(state)) return null;
  let next = nextTaxRuleAfter(state.delivery, at);
  for (const { terms, lapsed } of state.coupons) {
    if (lapsed !== undefined) continue;
    for (const boundary of [terms.validFrom, terms.validUntil]) {
      if (boundary !== null && boundary > at && (next === null || boundary < next)) next = boundary;
    }
  }
  return next;
}

function sumOf<Name extends string>(
  parts: readonly Readonly<Record<Name, number>>[],
  name: Name,
): number {
  return parts.reduce((sum, part) => sum + part[name], 0);
}
