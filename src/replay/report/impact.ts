// The impact of corrected prices on one cart: pure arithmetic on two views. An order counts with
// its agreed total, an open cart with its shown total.
import { type ExistingCartState, orderIdOf } from '../../domain/cart/state.js';
import type { CartView, ComponentView } from '../../domain/cart/view.js';
import { dueTotalOf, type OrderState } from '../../domain/order/state.js';

/** Amounts in minor units of the cart's currency; `difference` is `after` minus `before`. */
export interface AmountChange {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
}

export interface LineImpact extends AmountChange {
  readonly sku: string;
  readonly name: string;
}

/** A coupon's discount. When the discount rises, the total falls by the difference. */
export interface CouponImpact extends AmountChange {
  readonly code: string;
}

export interface CartImpact extends AmountChange {
  readonly cartId: string;
  readonly currency: string;
  readonly customerId: string | null;
  /** Null for an open cart. */
  readonly order: {
    readonly id: string;
    /**
     * Revision of its stream; null when the cart is checked out but its order is not visible yet.
     */
    readonly revision: number | null;
  } | null;
  /** Day of the checkout, or of an open cart's last change, in UTC, for example 2010-12-08. */
  readonly day: string;
  readonly lines: readonly LineImpact[];
  readonly coupons: readonly CouponImpact[];
  /** Only the parts in which the two totals differ. */
  readonly because: {
    readonly before: readonly ComponentView[];
    readonly after: readonly ComponentView[];
  };
}

export interface ComparedCart {
  readonly state: ExistingCartState;
  /** The original prices; for an order, by the rules of its checkout if this build knows them. */
  readonly before: CartView;
  readonly after: CartView;
  readonly order: OrderState | null;
}

/** Null when no amount differs. */
export function impactOf({ state, before, after, order }: ComparedCart): CartImpact | null {
  // What it held counts in the cart that took it.
  if (state.status === 'MERGED') return null;
  const total = changeOf(
    order === null ? before.totals.total : dueTotalOf(order),
    after.totals.total,
  );
  const lines = lineImpacts(before, after);
  const coupons = couponImpacts(before, after);
  // Discounts that only moved between lines are an impact too, except after a correction.
  const isSettled = order !== null && order.corrections.length > 0;
  if (total.difference === 0 && (isSettled || (lines.length === 0 && coupons.length === 0))) {
    return null;
  }
  const orderId = orderIdOf(state);
  return {
    cartId: state.id,
    currency: state.currency,
    customerId: state.customerId,
    order: orderId === null ? null : { id: orderId, revision: order?.revision ?? null },
    day: new Date(order?.placedAt ?? state.updatedAt).toISOString().slice(0, 10),
    ...total,
    lines,
    coupons,
    because: {
      before: [...partsOnlyIn(before, after), ...settledSince(before, order)],
      after: partsOnlyIn(after, before),
    },
  };
}

function changeOf(before: number, after: number): AmountChange {
  return { before, after, difference: after - before };
}

function lineImpacts(before: CartView, after: CartView): LineImpact[] {
  const totals = new Map(before.lines.map(({ sku, total }) => [sku, total]));
  return after.lines
    .map(({ sku, name, total }) => ({ sku, name, ...changeOf(totals.get(sku) ?? 0, total) }))
    .filter(({ difference }) => difference !== 0);
}

function couponImpacts(before: CartView, after: CartView): CouponImpact[] {
  const discounts = new Map(before.coupons.map(({ code, discount }) => [code, discount]));
  return after.coupons
    .map(({ code, discount }) => ({ code, ...changeOf(discounts.get(code) ?? 0, discount) }))
    .filter(({ difference }) => difference !== 0);
}

function partsOnlyIn(one: CartView, other: CartView): ComponentView[] {
  const known = new Set(other.totals.because.map(textOf));
  return one.totals.because.filter((part) => !known.has(textOf(part)));
}

function textOf({ label, amount, eventId }: ComponentView): string {
  return JSON.stringify([label, amount, eventId]);
}

/** The part between an order's computed price and its agreed total. */
function settledSince({ totals }: CartView, order: OrderState | null): ComponentView[] {
  if (order === null || dueTotalOf(order) === totals.total) return [];
  const { eventId = '', reportId } = order.corrections.at(-1) ?? {};
  const label = reportId === undefined ? 'Agreed otherwise' : `Corrected by report ${reportId}`;
  const amount = dueTotalOf(order) - totals.total;
  return [{ label, amount, eventId, revision: order.revision }];
}
