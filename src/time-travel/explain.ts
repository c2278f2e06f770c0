// Explains a cart's total in words: each part with its event, and each discount with every line's
// share.
import type { CartEvent, CouponTerms } from '../domain/cart/events.js';
import { price, type PricedCoupon, type PricingRules } from '../domain/cart/price.js';
import type { Portion } from '../domain/cart/lines.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import { pricedAt } from '../domain/cart/view.js';
import { termsInWords } from '../domain/cart/summary.js';
import type { Recorded } from '../domain/decider.js';
import { decimal } from '../domain/money.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { explainedCharges } from './explain-charges.js';
import { type ExplainedLineShare, isMoreThanExact } from './line-shares.js';

export interface ExplainedEvent {
  readonly stored: StoredEvent;
  readonly event: Recorded<CartEvent>;
}

export interface ExplainedPart {
  readonly words: string;
  /** In minor units; the parts sum to the total. */
  readonly amount: number;
  readonly cause: ExplainedEvent;
  /** The product's event that offered the price, by its revision; null when it was not recorded. */
  readonly offer: { readonly sku: string; readonly revision: number } | null;
  readonly shares: readonly ExplainedLineShare[];
}

export interface Explanation {
  readonly total: number;
  readonly parts: readonly ExplainedPart[];
}

/**
 * @param history at least the events that `state` cites
 * @param at the instant of the prices, in milliseconds since 1970
 */
export function explain(
  state: ExistingCartState,
  history: readonly ExplainedEvent[],
  at: number,
  rules: PricingRules,
): Explanation {
  const causes = new Map(history.map((entry) => [entry.event.id, entry]));
  const causeOf = (eventId: string): ExplainedEvent => {
    const cause = causes.get(eventId);
    if (cause === undefined) throw new RangeError(`Event ${eventId} is not in the cart's history`);
    return cause;
  };
  const money = (minorUnits: number) => `${decimal(minorUnits, state.currency)} ${state.currency}`;
  const instantOfPrices = pricedAt(state, at);
  const priced = price(state, instantOfPrices, rules);
  const goods = state.lines.flatMap(({ sku, name, portions }) =>
    portions.map((portion): ExplainedPart => {
      const cause = causeOf(portion.eventId);
      const words = `${portion.quantity} × ${name} at ${money(portion.unitPrice)} each, ${offeredBy(cause)}`;
      const amount = portion.quantity * portion.unitPrice;
      return { words, amount, cause, offer: offerOf(sku, portion, cause), shares: [] };
    }),
  );
  const discounts = priced.coupons.map((coupon): ExplainedPart => {
    const shares = sharesOf(state, coupon);
    const cause = causeOf(coupon.eventId);
    return {
      words: couponInWords(coupon, money),
      amount: 0 - coupon.discount,
      cause,
      offer: null,
      shares,
    };
  });
  const charges = explainedCharges(state, priced, money).map(({ eventId, ...part }) => ({
    ...part,
    cause: causeOf(eventId),
    offer: null,
  }));
  return { total: priced.total, parts: [...goods, ...discounts, ...charges] };
}

function offeredBy({ event }: ExplainedEvent): string {
  switch (event.type) {
    case 'ItemAdded':
    case 'ItemsAdded':
      return 'the offered price when they were added';
    case 'PricesAccepted':
      return 'the offered price when the shopper accepted it';
    case 'ChangeUndone':
      return 'the price that they had before the change that was undone';
    case 'CartMerged':
      return 'the price that they had in the cart that was merged';
    case 'CartForked':
      return 'the offered price when the cart was copied';
    case 'QuantityChanged':
      return event.data.to > event.data.from
        ? 'the offered price when the quantity was raised'
        : 'the price when they were added; lowering the quantity removed the newest units';
    default:
      return 'the offered price';
  }
}

/** A portion that was enlarged later cites the enlarging event, which may not record the offer. */
function offerOf(sku: string, { revision }: Portion, { event }: ExplainedEvent) {
  const offerRevision = event.revision === revision ? offerRevisionIn(event, sku) : null;
  return offerRevision === null ? null : { sku, revision: offerRevision };
}

function offerRevisionIn(event: CartEvent, sku: string): number | null {
  switch (event.type) {
    case 'ItemAdded':
      return event.data.offerRevision;
    case 'ItemsAdded':
    case 'CartForked':
      return event.data.lines.findLast((line) => line.sku === sku)?.offerRevision ?? null;
    case 'PricesAccepted':
      return event.data.prices.find((price) => price.sku === sku)?.offerRevision ?? null;
    default:
      return null;
  }
}

function couponInWords(
  { code, terms, discount, reason }: PricedCoupon,
  money: (minorUnits: number) => string,
): string {
  const promise = `Coupon ${code} (${termsInWords(terms)}${windowInWords(terms)})`;
  if (reason !== null) return `${promise} gives no discount: ${reason}`;
  const off = `${promise} takes ${money(discount)} off`;
  if (terms.discount.kind === 'FREE_UNITS') return `${off}, the cheapest units`;
  const goods = terms.skus === null ? 'the lines' : 'the lines of its products';
  return `${off}, spread over ${goods} in proportion to their value`;
}

function windowInWords({ validFrom, validUntil }: CouponTerms): string {
  const from = validFrom === null ? '' : `, from ${instant(validFrom)}`;
  return validUntil === null ? from : `${from}, until ${instant(validUntil)}`;
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The coupon's share of each line. */
function sharesOf(
  { lines }: ExistingCartState,
  { terms, discount, shares, left }: PricedCoupon,
): ExplainedLineShare[] {
  if (discount === 0) return [];
  const worth = sumOf(left);
  let first = 0;
  return lines.map(({ sku, name, portions }) => {
    const from = first;
    first += portions.length;
    const taken = sumOf(shares.slice(from, first));
    const before = sumOf(left.slice(from, first));
    const isSpread = terms.discount.kind !== 'FREE_UNITS';
    const isRoundedUp = isSpread && isMoreThanExact(taken, before, discount, worth);
    return { sku, name, amount: 0 - taken, isRoundedUp };
  });
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
