// The differences between two views of a cart, by path, each with the events that caused it.
import { assertNever } from '../domain/assert-never.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import { deliveryEventTypes } from '../domain/cart/delivery/events.js';
import { type CartView, viewCart } from '../domain/cart/view.js';
import type { Recorded } from '../domain/decider.js';
import { decimal } from '../domain/money.js';
import { deliveryFacts } from './delivery-facts.js';

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
  | { readonly what: 'status' | 'sum' | 'delivery' | 'total' }
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
  private readonly delivery: string[] = [];
  /** All of both. */
  private readonly total: string[] = [];
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
      case 'delivery':
        return this.delivery;
      case 'total':
        return this.total;
      case 'line':
        return this.bySku.get(about.sku) ?? [];
      case 'coupon':
        return this.ofCoupon(about.code);
    }
  }

  private file(event: Recorded<CartEvent>): void {
    if (isAboutStatus(event)) this.status.push(event.id);
    else {
      (isAboutDelivery(event) ? this.delivery : this.sum).push(event.id);
      this.total.push(event.id);
    }
    for (const sku of new Set(skusOf(event))) this.fileUnder(sku, event.id);
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

/** Events that change the state of a cart and not what is in it. */
function isAboutStatus({ type }: CartEvent): boolean {
  switch (type) {
    case 'CartOpened':
    case 'CartCheckedOut':
    case 'CartAbandoned':
    case 'CartRevived':
    case 'CartClaimed':
      return true;
    case 'ItemAdded':
    case 'ItemsAdded':
    case 'QuantityChanged':
    case 'ItemRemoved':
    case 'PricesAccepted':
    case 'ChangeUndone':
    case 'CartMerged':
    case 'CartForked':
    case 'CouponApplied':
    case 'CouponRemoved':
    case 'CouponLapsed':
    case 'ShippingAddressSet':
    case 'ShippingAddressRemoved':
    case 'TaxRulesApplied':
    case 'TaxCategoriesApplied':
    case 'ShippingMethodChosen':
    case 'ShippingMethodRemoved':
    case 'GiftNoteSet':
    case 'GiftNoteRemoved':
      return false;
    default:
      return assertNever(type);
  }
}

function isAboutDelivery({ type }: CartEvent): boolean {
  return deliveryEventTypes.some((one) => one === type);
}

/** The products whose lines an event changes. */
function skusOf(event: CartEvent): readonly string[] {
  switch (event.type) {
    case 'ItemAdded':
    case 'QuantityChanged':
    case 'ItemRemoved':
      return [event.data.sku];
    case 'ItemsAdded':
    case 'ChangeUndone':
    case 'CartMerged':
    case 'CartForked':
      return event.data.lines.map(({ sku }) => sku);
    case 'PricesAccepted':
      return event.data.prices.map(({ sku }) => sku);
    default:
      return [];
  }
}

/** Goods decide whether a minimum is met, and what a percentage is of. */
function decidesCoupon(event: CartEvent, code: string): boolean {
  // Another coupon may be one that counts alone, or take off what this one is a percentage of.
  if (event.type === 'CouponLapsed') return event.data.code === code;
  if (event.type === 'CouponApplied' || event.type === 'CouponRemoved') {
    return event.data.code === code;
  }
  return !isAboutStatus(event) && !isAboutDelivery(event);
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
  for (const [path, text] of deliveryFacts(view, money)) {
    found.set(path, { text, about: { what: path.startsWith('totals') ? 'total' : 'delivery' } });
  }
  found.set('totals.total', { text: money(totals.total), about: { what: 'total' } });
  return found;
}
