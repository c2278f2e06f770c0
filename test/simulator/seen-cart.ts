// A cart and an order as a client sees them, whether it was told in-process or over HTTP: what the
// laws compare with the fold of the log.
import { type Pricing, rulesOf } from '../../src/domain/cart/pricing.js';
import type { ExistingCartState } from '../../src/domain/cart/state.js';
import { type CartView, viewCart } from '../../src/domain/cart/view.js';
import type { OrderState } from '../../src/domain/order/state.js';
import { canonical } from '../../src/read-models/canonical.js';

/** Amounts in minor units of the cart's currency. */
export interface SeenCart {
  readonly id: string;
  readonly revision: number;
  readonly status: ExistingCartState['status'];
  readonly currency: string;
  /** In milliseconds since 1970. */
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly lines: readonly SeenLine[];
  readonly coupons: readonly SeenCoupon[];
  readonly totals: SeenTotals;
}

export interface SeenLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
}

export interface SeenCoupon {
  readonly code: string;
  readonly eligible: boolean;
  readonly discount: number;
}

export interface SeenTotals {
  readonly itemCount: number;
  readonly subtotal: number;
  readonly discount: number;
  /** Shipping, and the taxes that prices do not include. */
  readonly added: number;
  readonly total: number;
  readonly because: readonly SeenComponent[];
}

export interface SeenComponent {
  readonly amount: number;
  readonly eventId: string;
  readonly revision: number;
}

export interface SeenOrder {
  readonly id: string;
  readonly cartId: string;
  readonly revision: number;
  readonly total: number;
}

export function seenCartOf(view: CartView): SeenCart {
  const { id, revision, status, currency, openedAt, updatedAt, lines, coupons, totals } = view;
  const { shipping, taxes = [] } = view.delivery ?? {};
  const onTop = taxes.filter(({ included }) => !included);
  const added = onTop.reduce((sum, { amount }) => sum + amount, shipping?.amount ?? 0);
  const { itemCount, subtotal, discount, total, because } = totals;
  return {
    id,
    revision,
    status,
    currency,
    openedAt,
    updatedAt,
    lines: lines.map(seenLineOf),
    coupons: coupons.map(({ code, eligible, discount }) => ({ code, eligible, discount })),
    totals: { itemCount, subtotal, discount, added, total, because: because.map(seenComponentOf) },
  };
}

function seenLineOf(line: CartView['lines'][number]): SeenLine {
  const { sku, name, quantity, unitPrice, subtotal, discount, total } = line;
  return { sku, name, quantity, unitPrice, subtotal, discount, total };
}

function seenComponentOf({ amount, eventId, revision }: SeenComponent): SeenComponent {
  return { amount, eventId, revision };
}

export function seenOrderOf({ id, cartId, revision, total }: OrderState): SeenOrder | null {
  return id === null ? null : { id, cartId, revision, total };
}

/** When a cart was priced, as far as that is known; instants in milliseconds since 1970. */
export interface PricedWithin {
  readonly from: number;
  readonly to: number;
}

/**
 * Whether a cart was shown as its state says, priced at one instant of those, by one version of
 * the rules. Whatever lies between two ends of coupons, or beginnings of tax rules, gives one price, so a few instants stand
 * for all of them.
 */
export function isSeenOf(
  seen: SeenCart,
  state: ExistingCartState,
  within: PricedWithin,
  pricing: Pricing,
): boolean {
  return pricing.all.some((rules) =>
    instantsOf(state, within).some((at) => isAlike(seen, seenCartOf(viewCart(state, at, rules)))),
  );
}

export function isAlike(one: unknown, other: unknown): boolean {
  // Most are made by the same code, and then the order of their properties is the same, too.
  return JSON.stringify(one) === JSON.stringify(other) || canonical(one) === canonical(other);
}

function instantsOf(
  { coupons, delivery }: ExistingCartState,
  { from, to }: PricedWithin,
): number[] {
  const boundaries = [
    ...coupons.flatMap(({ terms }) => [terms.validFrom, terms.validUntil]),
    ...(delivery?.tax?.rules.map(({ holdsFrom }) => holdsFrom) ?? []),
  ];
  return [from, ...boundaries.filter((at) => at !== null && at > from && at <= to).map(Number)];
}

/** What a cart that was checked out came to, by the rules and at the instant of its checkout. */
export function totalAtCheckout(state: ExistingCartState, pricing: Pricing): number {
  return viewCart(state, state.updatedAt, rulesOf(state, pricing)).totals.total;
}
