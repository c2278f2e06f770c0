// Why a cart comes to what it does, in words: each part of the total with its event, each discount
// with the share that every line has of it.
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
  /** What this line has of the discount, in minor units; 0 or less. */
  readonly amount: number;
  /** The exact share was no whole number of minor units, and this line got one more of them. */
  readonly isRoundedUp: boolean;
}

export interface ExplainedPart {
  readonly words: string;
  /** In minor units; the parts sum to the total. */
  readonly amount: number;
  readonly cause: ExplainedEvent;
  /**
   * The product's event that had offered the price, by its revision; null where it was not noted.
   */
  readonly offer: { readonly sku: string; readonly revision: number } | null;
  readonly shares: readonly DiscountShare[];
}

export interface Explanation {
  readonly total: number;
  readonly parts: readonly ExplainedPart[];
}

/**
 * @param history at least the events that `state` cites
 * @param at when the cart is priced, in milliseconds since 1970
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
      return 'the price that was on offer when they were put in';
    case 'QuantityChanged':
      return event.data.to > event.data.from
        ? 'the price that was on offer when the quantity was raised'
        : 'the price at which these were put in; the newest went when the quantity was lowered';
    default:
      return 'the price that was on offer';
  }
}

/** A portion that was enlarged since cites the event that did that, which may not have noted it. */
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
  if (reason !== null) return `${promise} gives nothing: ${reason}`;
  return `${promise} takes ${money(discount)} off, spread over the lines by their worth`;
}

function windowInWords({ validFrom, validUntil }: CouponTerms): string {
  const from = validFrom === null ? '' : `, from ${instant(validFrom)}`;
  return validUntil === null ? from : `${from}, until ${instant(validUntil)}`;
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A coupon's share of each line: what the lines lose when it is counted as well. */
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

/** Whether a share is more than its line's worth asks for, which no rounding down gives. */
function isMoreThanExact(share: number, left: number, discount: number, worth: number): boolean {
  return BigInt(share) * BigInt(worth) > BigInt(left) * BigInt(discount);
}
