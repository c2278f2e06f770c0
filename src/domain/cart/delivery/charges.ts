// What a cart costs besides its goods: shipping, and the taxes on both. Pure and exact. Discounts
// come off the goods first; what is left is taxed.
import type { TaxRule } from '../../tax/rule.js';
import { ruleAt, taxOf } from '../../tax/rule.js';
import { spread } from '../../money.js';
import { serves } from '../../shipping/terms.js';
import { categoryIn, type ChosenMethod, type CartDelivery, type HeldTaxRules } from './state.js';

export interface PricedShipping extends ChosenMethod {
  /** What it costs now, in minor units. */
  readonly amount: number;
  /** Why the method does not count; null when it does. */
  readonly reason: string | null;
}

export interface PricedTax {
  readonly rule: TaxRule;
  /** What is taxed, as prices state it, in minor units. */
  readonly base: number;
  readonly amount: number;
  /** Its part in each portion, in the order of `PricedCart.portions`, flat. */
  readonly shares: readonly number[];
  /** Whether it is for the portion at all, in the same order. */
  readonly isOn: readonly boolean[];
  readonly ofShipping: number;
  readonly eventId: string;
  readonly revision: number;
}

export interface Charges {
  readonly shipping: PricedShipping | null;
  readonly taxes: readonly PricedTax[];
  /** Shipping, and the taxes that prices do not include; in minor units. */
  readonly added: number;
}

export type TaxFormula = (rule: TaxRule, base: number) => number;

export const noCharges: Charges = { shipping: null, taxes: [], added: 0 };

/** The goods as discounts left them; both lists have an entry for each portion. */
export interface TaxableGoods {
  readonly skus: readonly string[];
  readonly left: readonly number[];
}

export function chargesOf(
  delivery: CartDelivery | undefined,
  goods: TaxableGoods,
  at: number,
  formula: TaxFormula = taxOf,
): Charges {
  if (delivery === undefined) return noCharges;
  const shipping = pricedShipping(delivery, goods);
  const taxes =
    delivery.tax === null ? [] : taxesOf(delivery, delivery.tax, goods, shipping, at, formula);
  const onTop = taxes.filter(({ rule }) => !rule.pricesIncludeTax);
  const added = onTop.reduce((sum, { amount }) => sum + amount, shipping?.amount ?? 0);
  return { shipping, taxes, added };
}

function pricedShipping(
  { method, shipTo }: CartDelivery,
  { left }: TaxableGoods,
): PricedShipping | null {
  if (method === null) return null;
  const reason =
    shipTo === null
      ? 'It is not known where to ship to.'
      : serves(method, shipTo.country)
        ? null
        : `It does not go to ${shipTo.country}.`;
  const goods = left.reduce((sum, amount) => sum + amount, 0);
  const isFree = method.freeFrom !== null && goods >= method.freeFrom;
  return { ...method, amount: reason !== null || isFree ? 0 : method.price, reason };
}

/**
 * One tax for each rule that counts. It is computed once on the sum of what it is for, and spread
 * in proportion to the parts: rounded down, with the minor units that remain going to the parts
 * that lost most, of equal ones to the first in the cart. Shipping comes last.
 */
function taxesOf(
  delivery: CartDelivery,
  { rules, eventId, revision }: HeldTaxRules,
  { skus, left }: TaxableGoods,
  shipping: PricedShipping | null,
  at: number,
  formula: TaxFormula,
): readonly PricedTax[] {
  const categoryOf = categoryIn(delivery);
  const categories = [
    ...skus.map(categoryOf),
    ...(shipping === null ? [] : [shipping.taxCategory]),
  ];
  const amounts = [...left, ...(shipping === null ? [] : [shipping.amount])];
  const counting = rulesCounting(rules, categories, at);
  return [...new Set(counting)].flatMap((rule): PricedTax[] => {
    if (rule === undefined) return [];
    const weights = amounts.map((amount, index) => (counting[index] === rule ? amount : 0));
    const base = weights.reduce((sum, amount) => sum + amount, 0);
    if (base === 0) return [];
    const amount = Math.min(base, Math.max(0, formula(rule, base)));
    const shares = spread(amount, weights);
    const ofShipping = shipping === null ? 0 : (shares.pop() ?? 0);
    const isOn = left.map((_amount, index) => counting[index] === rule);
    return [{ rule, base, amount, shares, isOn, ofShipping, eventId, revision }];
  });
}

/** The rule of each category; undefined where there is none. */
function rulesCounting(
  rules: readonly TaxRule[],
  categories: readonly string[],
  at: number,
): readonly (TaxRule | undefined)[] {
  const found = new Map([...new Set(categories)].map((each) => [each, ruleAt(rules, each, at)]));
  return categories.map((category) => found.get(category));
}

/** When a tax rule begins next, in milliseconds since 1970; null for never. */
export function nextTaxRuleAfter(delivery: CartDelivery | undefined, at: number): number | null {
  const later = delivery?.tax?.rules.filter(({ holdsFrom }) => holdsFrom > at) ?? [];
  if (later.length === 0) return null;
  return Math.min(...later.map(({ holdsFrom }) => holdsFrom));
}
