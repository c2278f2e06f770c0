// The differences between two views of a cart, by path, each with the events that caused it.
import type { CartEvent } from '../domain/cart/events.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import { type CartView, viewCart } from '../domain/cart/view.js';
import type { Recorded } from '../domain/decider.js';
import { decimal } from '../domain/money.js';

export interface CartDiffEntry {
  /** For example `lines.85123A.quantity`, `coupons.WELCOME10`, `totals.total`. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly eventIds: readonly string[];
}

/** A cart at an instant, in milliseconds since 1970; null before it was opened. */
export interface CartAt {
  readonly state: ExistingCartState | null;
  readonly at: number;
}

/** @param between the events between the two */
export function changesBetween(
  from: CartAt,
  to: CartAt,
  between: readonly Recorded<CartEvent>[],
  rules: PricingRules,
): CartDiffEntry[] {
  const before = factsOf(from, rules);
  const after = factsOf(to, rules);
  const paths = new Set([...before.keys(), ...after.keys()]);
  const causes = new Causes(between);
  return [...paths]
    .filter((path) => before.get(path)?.text !== after.get(path)?.text)
    .map((path) => ({
      path,
      before: before.get(path)?.text ?? null,
      after: after.get(path)?.text ?? null,
      eventIds: causes.of((before.get(path) ?? after.get(path))?.about),
    }));
}

/** The subject of a difference, which limits its possible causes. */
type About =
  | { readonly what: 'status' | 'sum' }
  | { readonly what: 'line'; readonly sku: string }
  | { readonly what: 'coupon'; readonly code: string };

interface Fact {
  readonly text: string;
  readonly about: About;
}

/** The possible causes of differences, found once for all subjects. */
class Causes {
  private readonly status: string[] = [];
  /**
   * Goods determine a percentage's base and whether a minimum is met; coupons determine the
   * discount.
   */
  private readonly sum: string[] = [];
  private readonly bySku = new Map<string, string[]>();
  private readonly byCode = new Map<string, string[]>();

  constructor(private readonly events: readonly Recorded<CartEvent>[]) {
    for (const event of events) this.file(event);
  }

  of(about: About | undefined): readonly string[] {
    switch (about?.what) {
      case undefined:
        return [];
      case 'status':
        return this.status;
      case 'sum':
        return this.sum;
      case 'line':
        return this.bySku.get(about.sku) ?? [];
      case 'coupon':
        return this.ofCoupon(about.code);
    }
  }

  private file(event: Recorded<CartEvent>): void {
    switch (event.type) {
      case 'CartOpened':
      case 'CartCheckedOut':
        this.status.push(event.id);
        return;
      case 'ItemAdded':
      case 'QuantityChanged':
      case 'ItemRemoved':
        this.sum.push(event.id);
        this.fileUnder(event.data.sku, event.id);
        return;
      case 'CouponApplied':
      case 'CouponRemoved':
        this.sum.push(event.id);
    }
  }

  private fileUnder(sku: string, id: string): void {
    const known = this.bySku.get(sku);
    if (known === undefined) this.bySku.set(sku, [id]);
    else known.push(id);
  }

  private ofCoupon(code: string): readonly string[] {
    const known = this.byCode.get(code);
    if (known !== undefined) return known;
    const found = this.events.filter((event) => decidesCoupon(event, code)).map(({ id }) => id);
    this.byCode.set(code, found);
    return found;
  }
}

function decidesCoupon(event: Recorded<CartEvent>, code: string): boolean {
  switch (event.type) {
    case 'ItemAdded':
    case 'QuantityChanged':
    case 'ItemRemoved':
      return true;
    case 'CouponApplied':
    case 'CouponRemoved':
      return event.data.code === code;
    case 'CartOpened':
    case 'CartCheckedOut':
      return false;
  }
}

function factsOf({ state, at }: CartAt, rules: PricingRules): Map<string, Fact> {
  return state === null ? new Map<string, Fact>() : facts(viewCart(state, at, rules));
}

/** A cart as a flat list of comparable values. */
function facts(view: CartView): Map<string, Fact> {
  const money = (minorUnits: number) => decimal(minorUnits, view.currency);
  const { totals } = view;
  const sum = { what: 'sum' } as const;
  const found = new Map<string, Fact>([
    ['status', { text: view.status, about: { what: 'status' } }],
  ]);
  for (const { sku, quantity, subtotal, discount } of view.lines) {
    const about = { what: 'line', sku } as const;
    found.set(`lines.${sku}.quantity`, { text: String(quantity), about });
    found.set(`lines.${sku}.subtotal`, { text: money(subtotal), about });
    found.set(`lines.${sku}.discount`, { text: money(discount), about: sum });
  }
  for (const { code, eligible, discount, reason } of view.coupons) {
    const text = eligible ? money(discount) : (reason ?? 'not eligible');
    found.set(`coupons.${code}`, { text, about: { what: 'coupon', code } });
  }
  found.set('totals.itemCount', { text: String(totals.itemCount), about: sum });
  found.set('totals.subtotal', { text: money(totals.subtotal), about: sum });
  found.set('totals.discount', { text: money(totals.discount), about: sum });
  found.set('totals.total', { text: money(totals.total), about: sum });
  return found;
}
