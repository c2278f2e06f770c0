// What differs between two views of one cart, path by path, each difference with the events that
// brought it about.
import type { CartEvent } from '../domain/cart/events.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { CartState } from '../domain/cart/state.js';
import { type CartView, viewCart } from '../domain/cart/view.js';
import type { Recorded } from '../domain/decider.js';
import { decimal } from '../domain/money.js';

export interface CartChange {
  /** Such as `lines.85123A.quantity`, `coupons.WELCOME10`, `totals.total`. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly eventIds: readonly string[];
}

/** A cart as it stood at an instant, in milliseconds since 1970; null before it was opened. */
export interface CartAt {
  readonly state: CartState | null;
  readonly at: number;
}

/** `between` are the events that lie between the two. */
export function changesBetween(
  from: CartAt,
  to: CartAt,
  between: readonly Recorded<CartEvent>[],
  rules: PricingRules,
): CartChange[] {
  const before = factsOf(from, rules);
  const after = factsOf(to, rules);
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({
      path,
      before: before.get(path) ?? null,
      after: after.get(path) ?? null,
      eventIds: between.filter((event) => concerns(event, path)).map(({ id }) => id),
    }));
}

function factsOf({ state, at }: CartAt, rules: PricingRules): Map<string, string> {
  return state === null ? new Map<string, string>() : facts(viewCart(state, at, rules));
}

/** A cart as a flat list of what a person would compare. */
function facts(view: CartView): Map<string, string> {
  const money = (minorUnits: number) => decimal(minorUnits, view.currency);
  const { totals } = view;
  return new Map([
    ['status', view.status],
    ...view.lines.flatMap((line): [string, string][] => [
      [`lines.${line.sku}.quantity`, String(line.quantity)],
      [`lines.${line.sku}.subtotal`, money(line.subtotal)],
      [`lines.${line.sku}.discount`, money(line.discount)],
    ]),
    ...view.coupons.map((coupon): [string, string] => [
      `coupons.${coupon.code}`,
      coupon.eligible ? money(coupon.discount) : (coupon.reason ?? 'not eligible'),
    ]),
    ['totals.itemCount', String(totals.itemCount)],
    ['totals.subtotal', money(totals.subtotal)],
    ['totals.discount', money(totals.discount)],
    ['totals.total', money(totals.total)],
  ]);
}

function concerns(event: Recorded<CartEvent>, path: string): boolean {
  switch (event.type) {
    case 'CartOpened':
    case 'CartCheckedOut':
      return path === 'status';
    case 'ItemAdded':
    case 'QuantityChanged':
    case 'ItemRemoved':
      // Goods decide what a percentage is of and whether a minimum is met.
      return path.startsWith(`lines.${event.data.sku}.`) || isDerived(path);
    case 'CouponApplied':
    case 'CouponRemoved':
      return path === `coupons.${event.data.code}` || path.endsWith('.discount') || isTotal(path);
  }
}

function isDerived(path: string): boolean {
  return isTotal(path) || path.startsWith('coupons.') || path.endsWith('.discount');
}

function isTotal(path: string): boolean {
  return path.startsWith('totals.');
}
