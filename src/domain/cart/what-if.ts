// Prices a cart under other coupon terms, quantities or rules. It is pure and changes nothing.
import type { DeliveryEvent } from './delivery/events.js';
import { type CartDelivery, evolveDelivery } from './delivery/state.js';
import type { CouponTerms } from './events.js';
import type { PricingRules } from './pricing.js';
import { type Line, quantityOf } from './lines.js';
import { type ExistingCartState } from './state.js';
import { type CartView, viewCart } from './view.js';

export interface Supposition {
  /** Replaces the terms of a coupon on the cart, or adds a coupon. */
  readonly coupons?: readonly { readonly code: string; readonly terms: CouponTerms }[];
  /** New quantities of existing lines; 0 removes the line. Units keep their offered price. */
  readonly quantities?: readonly { readonly sku: string; readonly quantity: number }[];
  /** Facts about where it goes, as if they had happened: a place, its tax rules, a method. */
  readonly delivery?: readonly DeliveryEvent[];
}

export interface WhatIf {
  readonly before: CartView;
  readonly after: CartView;
  /** The supposed total minus the actual total, in minor units. */
  readonly difference: number;
}

export interface Prices {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly rules: PricingRules;
  /** Defaults to `rules`. */
  readonly otherRules?: PricingRules;
}

/** The terms to suppose; the validity period stays. */
export type OtherTerms = Pick<CouponTerms, 'discount' | 'minimumSpend'>;

/** Supposes other terms for the coupons with these codes, where the cart has them. */
export function heldUnder(
  { coupons }: ExistingCartState,
  terms: ReadonlyMap<string, OtherTerms>,
): Supposition {
  return {
    coupons: coupons.flatMap(({ code, terms: given }) => {
      const other = terms.get(code);
      if (other === undefined) return [];
      const { discount, minimumSpend } = other;
      return [{ code, terms: { ...given, discount, minimumSpend } }];
    }),
  };
}

/** @throws RangeError for a line that the cart does not have, or an invalid quantity */
export function whatIf(
  state: ExistingCartState,
  supposition: Supposition,
  { at, rules, otherRules = rules }: Prices,
): WhatIf {
  const before = viewCart(state, at, rules);
  const after = viewCart(suppose(state, supposition), at, otherRules);
  return { before, after, difference: after.totals.total - before.totals.total };
}

export function suppose(
  state: ExistingCartState,
  { coupons = [], quantities = [], delivery = [] }: Supposition,
): ExistingCartState {
  const supposed = {
    ...state,
    coupons: withTerms(state, coupons),
    lines: withQuantities(state, quantities),
  };
  if (delivery.length === 0) return supposed;
  const facts = { id: '', revision: state.revision, occurredAt: state.updatedAt };
  const going = delivery.reduce<CartDelivery | undefined>(
    (so, event) => evolveDelivery(so, { ...event, ...facts }),
    state.delivery,
  );
  return going === undefined ? supposed : { ...supposed, delivery: going };
}

function withTerms(
  { coupons, revision }: ExistingCartState,
  supposed: NonNullable<Supposition['coupons']>,
): ExistingCartState['coupons'] {
  const terms = new Map(supposed.map((coupon) => [coupon.code, coupon.terms]));
  const held = coupons.map((coupon) => ({
    ...coupon,
    terms: terms.get(coupon.code) ?? coupon.terms,
  }));
  const added = supposed.filter(({ code }) => !coupons.some((coupon) => coupon.code === code));
  const more = added.map(({ code, terms: given }) => {
    return { code, description: 'Supposed', terms: given, eventId: '', revision };
  });
  return [...held, ...more];
}

function withQuantities(
  { lines }: ExistingCartState,
  quantities: NonNullable<Supposition['quantities']>,
): readonly Line[] {
  return quantities.reduce<readonly Line[]>((so, { sku, quantity }) => {
    const index = so.findIndex((line) => line.sku === sku);
    const line = so[index];
    if (line === undefined) throw new RangeError(`The cart has no ${sku}`);
    if (!Number.isSafeInteger(quantity) || quantity < 0) {
      throw new RangeError(`${quantity} is not a valid quantity`);
    }
    return quantity === 0 ? so.toSpliced(index, 1) : so.with(index, resized(line, quantity));
  }, lines);
}

/** Same rule as the cart: the newest portion grows, and it shrinks first. */
function resized(line: Line, quantity: number): Line {
  let others = quantityOf(line);
  for (let last = line.portions.length - 1; last >= 0; last -= 1) {
    const newest = line.portions[last];
    if (newest === undefined) break;
    others -= newest.quantity;
    if (quantity <= others) continue;
    const grown = { ...newest, quantity: quantity - others };
    return { ...line, portions: [...line.portions.slice(0, last), grown] };
  }
  return line;
}
