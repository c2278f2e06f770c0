// Prices a cart: a pure function of its state, an instant and a version of the rules. Discounts are
// spread over portions, so lines, discounts and totals are sums of the same parts.
import { spread } from '../money.js';
import {
  type CouponTerms,
  type FreeUnits,
  freeUnitsOf,
  type ReducingTerms,
} from './coupon-terms.js';
import { type Charges, chargesOf, type TaxFormula } from './delivery/charges.js';
import { type CouponGoods, ineligibilities } from './eligibility.js';
import type { Portion } from './lines.js';
import type { ExistingCartState, HeldCoupon } from './state.js';

export interface PricedPortion extends Portion {
  readonly subtotal: number;
  readonly discount: number;
}

export interface PricedCoupon extends HeldCoupon {
  readonly discount: number;
  /** Its part of each portion's discount, in the order of `PricedCart.portions`, flat. */
  readonly shares: readonly number[];
  /** What earlier coupons had left of its products in each portion; empty when it gives nothing. */
  readonly left: readonly number[];
  /** Why the coupon gives no discount now; null when it is eligible. */
  readonly reason: string | null;
}

export interface PricedCart {
  /** Of the goods, before discounts. */
  readonly subtotal: number;
  readonly discount: number;
  /** Goods after discounts, shipping, and the taxes that prices do not include. */
  readonly total: number;
  /** In the order of the state's lines; within a line, in the order of its portions. */
  readonly portions: readonly (readonly PricedPortion[])[];
  readonly coupons: readonly PricedCoupon[];
  /** Shipping and taxes. */
  readonly charges: Charges;
}

/** The part of pricing that can be corrected. A corrected set of rules gets a new version. */
export interface PricingRules {
  readonly version: number;
  /**
   * A coupon's discount, in minor units.
   *
   * @param subtotal the goods that the coupon is for, at their offered prices
   * @param left the amount that earlier coupons left of it; the discount is capped at it
   */
  discountOf(terms: ReducingTerms, subtotal: number, left: number): number;
  /** How many of so many units are free; default: as the terms say. */
  readonly freeUnitsOf?: ((terms: FreeUnits, units: number) => number) | undefined;
  /** The tax of a rule on what it is for, in minor units; default: rounded half up. */
  readonly taxOf?: TaxFormula | undefined;
}

/**
 * Coupons apply in a fixed order: first those that make units free, then the others, each in the
 * order in which they were added. A unit that is free already does not count for another coupon
 * that makes units free; a reduction counts on what earlier coupons left.
 */
export function price(state: ExistingCartState, at: number, rules: PricingRules): PricedCart {
  const goods = goodsIn(state);
  const { subtotals } = goods;
  const subtotal = sum(subtotals);
  const reasons = ineligibilities(
    state.coupons,
    state.currency,
    (terms) => couponGoods(terms, goods),
    at,
  );
  const { taken, left } = takenOff(state.coupons, reasons, goods, rules);
  const coupons = state.coupons.map((coupon, index): PricedCoupon => {
    const own = taken[index] ?? nothing;
    return { ...coupon, discount: sum(own.shares), ...own, reason: reasons[index] ?? null };
  });
  const goodsTotal = sum(left);
  const charges = chargesOf(state.delivery, { skus: goods.skus, left }, at, rules.taxOf);
  return {
    subtotal,
    discount: subtotal - goodsTotal,
    total: goodsTotal + charges.added,
    portions: byLine(state, subtotals, left),
    coupons,
    charges,
  };
}

/** The portions of all lines, each with its product and its subtotal. */
interface Goods {
  readonly portions: readonly Portion[];
  readonly skus: readonly string[];
  readonly subtotals: readonly number[];
}

function goodsIn({ lines }: ExistingCartState): Goods {
  const portions = lines.flatMap((line) => line.portions);
  const skus = lines.flatMap((line) => line.portions.map(() => line.sku));
  const subtotals = portions.map(({ quantity, unitPrice }) => quantity * unitPrice);
  return { portions, skus, subtotals };
}

/** A portion's part in what a coupon is for: all of the amount, or 0. */
function ofCoupon({ skus }: CouponTerms, goods: Goods, amounts: readonly number[]): number[] {
  if (skus === null) return [...amounts];
  const named = new Set(skus);
  return amounts.map((amount, index) => (named.has(goods.skus[index] ?? '') ? amount : 0));
}

function couponGoods(terms: CouponTerms, goods: Goods): CouponGoods {
  const quantities = goods.portions.map(({ quantity }) => quantity);
  return {
    subtotal: sum(ofCoupon(terms, goods, goods.subtotals)),
    units: sum(ofCoupon(terms, goods, quantities)),
  };
}

type TakenOff = Pick<PricedCoupon, 'shares' | 'left'>;

const nothing: TakenOff = { shares: [], left: [] };

/** What each coupon takes off each portion, and what all of them leave. */
function takenOff(
  coupons: readonly HeldCoupon[],
  reasons: readonly (string | null)[],
  goods: Goods,
  rules: PricingRules,
): { readonly taken: readonly TakenOff[]; readonly left: readonly number[] } {
  const taken = coupons.map(() => nothing);
  const left = [...goods.subtotals];
  const paid = goods.portions.map(({ quantity }) => quantity);
  const counting = coupons
    .map(({ terms }, index) => ({ terms, index }))
    .filter(({ index }) => reasons[index] === null);
  const take = (index: number, terms: CouponTerms, shares: readonly number[]) => {
    taken[index] = { shares, left: ofCoupon(terms, goods, left) };
    takeFrom(left, shares);
  };
  for (const { terms, index } of counting) {
    const { discount } = terms;
    if (discount.kind !== 'FREE_UNITS') continue;
    const freed = freeUnits(discount, ofCoupon(terms, goods, paid), goods, rules);
    takeFrom(paid, freed);
    take(index, terms, valuesOf(freed, goods));
  }
  for (const { terms, index } of counting) {
    if (isReducing(terms)) take(index, terms, reduction(terms, goods, left, rules));
  }
  return { taken, left };
}

/** What so many units of each portion cost. */
function valuesOf(units: readonly number[], { portions }: Goods): readonly number[] {
  return units.map((count, index) => count * (portions[index]?.unitPrice ?? 0));
}

function isReducing(terms: CouponTerms): terms is ReducingTerms {
  return terms.discount.kind !== 'FREE_UNITS';
}

/** In place. */
function takeFrom(amounts: number[], parts: readonly number[]): void {
  parts.forEach((part, index) => {
    amounts[index] = (amounts[index] ?? 0) - part;
  });
}

/**
 * How many of each portion's units become free: the cheapest, of equal ones those that are first in
 * the cart. A free unit takes off its whole price, so nothing is rounded.
 */
function freeUnits(
  terms: FreeUnits,
  candidates: readonly number[],
  { portions }: Goods,
  rules: PricingRules,
): readonly number[] {
  const units = sum(candidates);
  const wanted = rules.freeUnitsOf?.(terms, units) ?? freeUnitsOf(terms, units);
  let left = Math.min(units, Math.max(0, wanted));
  const priceOf = (index: number) => portions[index]?.unitPrice ?? 0;
  const freed = candidates.map(() => 0);
  for (const index of [...candidates.keys()].sort((a, b) => priceOf(a) - priceOf(b) || a - b)) {
    const free = Math.min(left, candidates[index] ?? 0);
    freed[index] = free;
    left -= free;
  }
  return freed;
}

/**
 * The coupon's discount, spread over what is left of its products. Each part is proportional,
 * rounded down; the minor units that remain go to the parts that rounding cut most, of equal ones
 * to the first in the cart.
 */
function reduction(
  terms: ReducingTerms,
  goods: Goods,
  left: readonly number[],
  rules: PricingRules,
): readonly number[] {
  const weights = ofCoupon(terms, goods, left);
  const leftInAll = sum(weights);
  const subtotal = sum(ofCoupon(terms, goods, goods.subtotals));
  const discount = Math.min(leftInAll, Math.max(0, rules.discountOf(terms, subtotal, leftInAll)));
  return spread(discount, weights);
}

function byLine(
  state: ExistingCartState,
  subtotals: readonly number[],
  left: readonly number[],
): readonly (readonly PricedPortion[])[] {
  let index = 0;
  return state.lines.map((line) =>
    line.portions.map((portion) => {
      const subtotal = subtotals[index] ?? 0;
      const discount = subtotal - (left[index] ?? 0);
      index += 1;
      return { ...portion, subtotal, discount };
    }),
  );
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((so, amount) => so + amount, 0);
}
