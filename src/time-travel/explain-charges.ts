// Explains in words what a cart costs besides its goods: shipping, and each tax with every line's
// share.
import type { PricedShipping, PricedTax } from '../domain/cart/delivery/charges.js';
import type { PricedCart } from '../domain/cart/price.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import { taxInWords } from '../domain/tax/rule.js';
import { type ExplainedLineShare, isMoreThanExact } from './line-shares.js';

export interface ExplainedCharge {
  readonly words: string;
  /** In minor units; 0 for a tax that prices include. */
  readonly amount: number;
  readonly eventId: string;
  readonly shares: readonly ExplainedLineShare[];
}

type AmountInWords = (minorUnits: number) => string;

export function explainedCharges(
  { lines, delivery }: ExistingCartState,
  { subtotal, discount, portions, charges }: PricedCart,
  money: AmountInWords,
): readonly ExplainedCharge[] {
  const { shipping, taxes } = charges;
  const place = delivery?.shipTo?.country ?? 'no country';
  const parts: ExplainedCharge[] = [];
  if (shipping !== null) {
    const words = shippingInWords(shipping, subtotal - discount, money);
    parts.push({ words, amount: shipping.amount, eventId: shipping.eventId, shares: [] });
  }
  const left = portions.map((line) => line.map((one) => one.subtotal - one.discount));
  for (const tax of taxes) {
    const amount = tax.rule.pricesIncludeTax ? 0 : tax.amount;
    const words = taxedInWords(tax, place, money);
    parts.push({ words, amount, eventId: tax.eventId, shares: sharesOf(lines, left, tax) });
  }
  return parts;
}

function shippingInWords(
  { name, price, freeFrom, amount, reason }: PricedShipping,
  goods: number,
  money: AmountInWords,
): string {
  if (reason !== null) return `Shipping by ${name} costs nothing: ${reason}`;
  const free = freeFrom === null ? '' : `, free from ${money(freeFrom)} of goods`;
  const paid = amount === 0 && price > 0 ? `: the goods come to ${money(goods)}` : '';
  return `Shipping by ${name} for ${money(price)}${free}${paid}`;
}

function taxedInWords(
  { rule, base, amount, ofShipping }: PricedTax,
  place: string,
  money: AmountInWords,
): string {
  const where = rule.region === null ? place : `${place}, ${rule.region}`;
  const name = `${taxInWords(rule)} (${where}, ${rule.category})`;
  const shipping = ofShipping === 0 ? '' : `, ${money(ofShipping)} of it for shipping`;
  return rule.pricesIncludeTax
    ? `${name}: ${money(amount)} of the prices of ${money(base)}${shipping}, so nothing is added`
    : `${name} adds ${money(amount)} to ${money(base)}${shipping}`;
}

/** The tax of each line that it is for. */
function sharesOf(
  lines: ExistingCartState['lines'],
  left: readonly (readonly number[])[],
  { shares, isOn, base, amount }: PricedTax,
): ExplainedLineShare[] {
  let first = 0;
  return lines.flatMap(({ sku, name, portions }, index) => {
    const [from, to] = [first, first + portions.length];
    first = to;
    if (!isOn.slice(from, to).includes(true)) return [];
    const share = sumOf(shares.slice(from, to));
    const isRoundedUp = isMoreThanExact(share, sumOf(left[index] ?? []), amount, base);
    return [{ sku, name, amount: share, isRoundedUp }];
  });
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
