// Explains a cart's total in words: each part with its event, and each discount with every line's
// share.
import type { CartEvent, CouponTerms } from '../domain/cart/events.js';
import { price, type PricedCoupon, type PricingRules } from '../domain/cart/price.js';
import type { ExistingCartState, Portion } from '../domain/cart/state.js';
import { termsInWords } from '../domain/cart/summary.js';
import type { Recorded } from '../domain/decider.js';
import { decimal } from '../domain/money.js';
import type { StoredEvent } from '../event-store/stored-event.js';

export interface ExplainedEvent {
  readonly stored: StoredEvent;
  readonly event: Recorded<CartEvent>;
}

export interface DiscountShare {
  readonly sku: string;
  readonly name: string;
  /** The line's share of the discount, in minor units; 0 or less. */
  readonly amount: number;
  /** Whether the exact share was fractional and this line got one more minor unit. */
  readonly isRoundedUp: boolean;
}

export interface ExplainedPart {
  readonly words: string;
  /** In minor units; the parts sum to the total. */
  readonly amount: number;
  readonly cause: ExplainedEvent;
  /** The product's event that offered the price, by its revision; null when it was not recorded. */
  readonly offer: { readonly sku: string; readonly revision: number } | null;
  readonly shares: readonly DiscountShare[];
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
  const pricedAt = state.status === 'CHECKED_OUT' ? state.updatedAt : at;
  const priced = price(state, pricedAt, rules);
  const goods = state.lines.flatMap(({ sku, name, portions }) =>
    portions.map((portion): ExplainedPart => {
      const cause = causeOf(portion.eventId);
      const words = `${portion.quantity} × ${name} at ${money(portion.unitPrice)} each, ${offeredBy(cause)}`;
      const amount = portion.quantity * portion.unitPrice;
      return { words, amount, cause, offer: offerOf(sku, portion, cause), shares: [] };
    }),
  );
  const discounts = priced.coupons.map((coupon, index): ExplainedPart => {
    const shares = sharesOf(state, index, pricedAt, rules);
    const cause = causeOf(coupon.eventId);
    return {
      words: couponInWords(coupon, money),
      amount: 0 - coupon.discount,
      cause,
      offer: null,
      shares,
    };
  });
  return { total: priced.total, parts: [...goods, ...discounts] };
}

function offeredBy({ event }: ExplainedEvent): string {
  switch (event.type) {
    case 'ItemAdded':
      return 'the offered price when they were added';
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
  if (event.type !== 'ItemAdded' || event.revision !== revision) return null;
  const { offerRevision } = event.data;
  return offerRevision === null ? null : { sku, revision: offerRevision };
}

function couponInWords(
  { code, terms, discount, reason }: PricedCoupon,
  money: (minorUnits: number) => string,
): string {
  const promise = `Coupon ${code} (${termsInWords(terms)}${windowInWords(terms)})`;
  if (reason !== null) return `${promise} gives no discount: ${reason}`;
  return `${promise} takes ${money(discount)} off, spread over the lines in proportion to their value`;
}

function windowInWords({ validFrom, validUntil }: CouponTerms): string {
  const from = validFrom === null ? '' : `, from ${instant(validFrom)}`;
  return validUntil === null ? from : `${from}, until ${instant(validUntil)}`;
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The coupon's share of each line: the amount by which the line falls when the coupon is added. */
function sharesOf(
  state: ExistingCartState,
  index: number,
  at: number,
  rules: PricingRules,
): DiscountShare[] {
  const countedUpTo = (coupons: number) =>
    price({ ...state, coupons: state.coupons.slice(0, coupons) }, at, rules).portions.map((line) =>
      line.reduce((sum, portion) => sum + portion.subtotal - portion.discount, 0),
    );
  const before = countedUpTo(index);
  const after = countedUpTo(index + 1);
  const worth = before.reduce((sum, left) => sum + left, 0);
  const taken = before.map((left, line) => left - (after[line] ?? 0));
  const discount = taken.reduce((sum, amount) => sum + amount, 0);
  if (discount === 0) return [];
  return state.lines.map(({ sku, name }, line) => ({
    sku,
    name,
    amount: 0 - (taken[line] ?? 0),
    isRoundedUp: isMoreThanExact(taken[line] ?? 0, before[line] ?? 0, discount, worth),
  }));
}

/** Whether a share exceeds the exact proportion, which rounding down cannot cause. */
function isMoreThanExact(share: number, left: number, discount: number, worth: number): boolean {
  return BigInt(share) * BigInt(worth) > BigInt(left) * BigInt(discount);
}
