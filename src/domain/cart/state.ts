// The cart's state, folded from its events. It is plain JSON, so rows and snapshots can store it.
// It contains no computed amounts.
import { assertNever } from '../assert-never.js';
import { ImpossibleEventError, type Recorded } from '../decider.js';
import type { CartEvent, CartOpened, CouponTerms } from './events.js';
import { MAX_UNITS } from './limits.js';

/** Units offered at one price, and the event that last set their quantity. */
export interface Portion {
  readonly quantity: number;
  readonly unitPrice: number;
  readonly eventId: string;
  readonly revision: number;
}

/** One product in the cart. Portions are in order of age, the oldest first. */
export interface Line {
  readonly sku: string;
  readonly name: string;
  readonly addedAt: number;
  readonly portions: readonly Portion[];
}

export interface HeldCoupon {
  readonly code: string;
  readonly description: string;
  readonly terms: CouponTerms;
  readonly eventId: string;
  readonly revision: number;
}

/** The stream has no CartOpened event. */
export interface AbsentCartState {
  readonly id: null;
  readonly status: 'ABSENT';
  /** Revision of the last folded event; −1 when there is none. */
  readonly revision: number;
}

export interface OpenCartState {
  readonly id: string;
  readonly status: 'OPEN';
  readonly currency: string;
  readonly customerId: string | null;
  readonly tokenHash: string | null;
  /** Revision of the last folded event. */
  readonly revision: number;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly lines: readonly Line[];
  readonly coupons: readonly HeldCoupon[];
}

export interface CheckedOutCartState extends Omit<OpenCartState, 'status'> {
  readonly status: 'CHECKED_OUT';
  readonly orderId: string;
  /** Version of the rules at checkout. */
  readonly pricingVersion: number;
}

export type ExistingCartState = OpenCartState | CheckedOutCartState;

export type CartState = AbsentCartState | ExistingCartState;

export const initialCart: AbsentCartState = { id: null, status: 'ABSENT', revision: -1 };

/** What can be counted of a cart, and what cannot be shown or priced exactly. */
export type Countability = 'countable' | 'too many units' | 'worth too much';

export function evolve(state: CartState, event: Recorded<CartEvent>): ExistingCartState {
  const after = applied(state, event);
  if (event.type !== 'ItemAdded' && event.type !== 'QuantityChanged') return after;
  const counted = countabilityOf(after);
  if (counted !== 'countable') throw new ImpossibleEventError(`The cart is ${counted}`);
  return after;
}

/** As `evolve`, without a look at what the cart comes to. @throws ImpossibleEventError */
export function applied(state: CartState, event: Recorded<CartEvent>): ExistingCartState {
  const { revision, occurredAt: updatedAt } = event;
  if (event.type === 'CartOpened') {
    if (state.status !== 'ABSENT') throw new ImpossibleEventError('The cart was open already');
    return opened(event);
  }
  if (state.status === 'ABSENT') throw new ImpossibleEventError('The cart was never opened');
  if (state.status === 'CHECKED_OUT') throw new ImpossibleEventError('The cart was checked out');
  const next = { ...state, revision, updatedAt };
  switch (event.type) {
    case 'ItemAdded': {
      const { sku, name, quantity, unitPrice } = event.data;
      return { ...next, lines: withUnits(state.lines, { sku, name, quantity, unitPrice }, event) };
    }
    case 'QuantityChanged':
      return { ...next, lines: withQuantity(state.lines, event) };
    case 'ItemRemoved':
      return { ...next, lines: state.lines.filter(({ sku }) => sku !== event.data.sku) };
    case 'CouponApplied': {
      const { code } = event.data;
      if (state.coupons.some((held) => held.code === code)) {
        throw new ImpossibleEventError('The coupon was on the cart already');
      }
      const coupon = { ...event.data, eventId: event.id, revision };
      return { ...next, coupons: [...state.coupons, coupon] };
    }
    case 'CouponRemoved':
      return { ...next, coupons: state.coupons.filter(({ code }) => code !== event.data.code) };
    case 'CartCheckedOut': {
      const { orderId, pricingVersion } = event.data;
      return { ...next, status: 'CHECKED_OUT', orderId, pricingVersion };
    }
    default:
      return assertNever(event);
  }
}

function opened({ data, revision, occurredAt }: Recorded<CartOpened>): OpenCartState {
  const { cartId: id, currency, customerId, tokenHash } = data;
  const owned = { id, status: 'OPEN' as const, currency, customerId, tokenHash, revision };
  return { ...owned, openedAt: occurredAt, updatedAt: occurredAt, lines: [], coupons: [] };
}

interface Units {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

function withUnits(
  lines: readonly Line[],
  units: Units,
  event: Recorded<CartEvent>,
): readonly Line[] {
  const index = lines.findIndex(({ sku }) => sku === units.sku);
  const line = lines[index];
  if (line === undefined) {
    const { sku, name } = units;
    const portions = [portionOf(units.quantity, units.unitPrice, event)];
    return [...lines, { sku, name, addedAt: event.occurredAt, portions }];
  }
  return lines.with(index, { ...line, portions: raised(line.portions, units, event) });
}

/** Units at the newest portion's price join that portion; at another price they form a new one. */
function raised(
  portions: readonly Portion[],
  { quantity, unitPrice }: Pick<Units, 'quantity' | 'unitPrice'>,
  event: Recorded<CartEvent>,
): readonly Portion[] {
  const newest = portions.at(-1);
  if (newest?.unitPrice !== unitPrice) return [...portions, portionOf(quantity, unitPrice, event)];
  return portions.with(-1, portionOf(newest.quantity + quantity, unitPrice, event));
}

/** The newest units are removed first, so the shopper keeps the earliest offered price longest. */
function reduced(
  portions: readonly Portion[],
  quantity: number,
  event: Recorded<CartEvent>,
): readonly Portion[] {
  let kept = portions.length;
  let left = quantity;
  // A line may have as many portions as units: neither a call nor a copy for each.
  for (; left > 0 && kept > 0; kept -= 1) {
    const { quantity: units = 0, unitPrice = 0 } = portions[kept - 1] ?? {};
    if (left < units) {
      return [...portions.slice(0, kept - 1), portionOf(units - left, unitPrice, event)];
    }
    left -= units;
  }
  return portions.slice(0, kept);
}

function withQuantity(
  lines: readonly Line[],
  event: Extract<Recorded<CartEvent>, { type: 'QuantityChanged' }>,
): readonly Line[] {
  const { sku, from, to, unitPrice } = event.data;
  const index = lines.findIndex((line) => line.sku === sku);
  const line = lines[index];
  if (line === undefined) return lines;
  if (to > from && unitPrice === null) {
    throw new ImpossibleEventError('Units were added without a price');
  }
  // What counts is how many units came or went, whatever the event says that there were.
  const portions =
    to > from && unitPrice !== null
      ? raised(line.portions, { quantity: to - from, unitPrice }, event)
      : reduced(line.portions, from - to, event);
  // A line without units is no line: nothing could be asked of it.
  return portions.length === 0
    ? lines.toSpliced(index, 1)
    : lines.with(index, { ...line, portions });
}

function portionOf(quantity: number, unitPrice: number, event: Recorded<CartEvent>): Portion {
  return { quantity, unitPrice, eventId: event.id, revision: event.revision };
}

/** No term is negative, so an inexact sum can only be one that is beyond its bound. */
export function countabilityOf({ lines }: Pick<ExistingCartState, 'lines'>): Countability {
  let units = 0;
  let worth = 0;
  for (const { portions } of lines) {
    for (const { quantity, unitPrice } of portions) {
      units += quantity;
      worth += quantity * unitPrice;
    }
  }
  if (worth > Number.MAX_SAFE_INTEGER) return 'worth too much';
  return units > MAX_UNITS ? 'too many units' : 'countable';
}

export function quantityOf(line: Line): number {
  return line.portions.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The order that the checkout created; null for an open cart. */
export function orderIdOf(cart: ExistingCartState): string | null {
  return cart.status === 'CHECKED_OUT' ? cart.orderId : null;
}
