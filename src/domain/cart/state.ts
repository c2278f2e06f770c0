// The cart's state, folded from its events. It is plain JSON, so rows and snapshots can store it.
// It contains no computed amounts.
import { assertNever } from '../assert-never.js';
import type { Recorded } from '../decider.js';
import type { CartEvent, CartOpened, CouponTerms } from './events.js';

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

export function evolve(state: CartState, event: Recorded<CartEvent>): CartState {
  const { revision, occurredAt: updatedAt } = event;
  if (event.type === 'CartOpened') return opened(event);
  // Only a stream with another writer's events starts with a different event.
  if (state.status === 'ABSENT') return { ...state, revision };
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
  const newest = portions.at(-1);
  if (newest === undefined || quantity === 0) return portions;
  if (quantity >= newest.quantity) {
    return reduced(portions.slice(0, -1), quantity - newest.quantity, event);
  }
  return portions.with(-1, portionOf(newest.quantity - quantity, newest.unitPrice, event));
}

function withQuantity(
  lines: readonly Line[],
  event: Extract<Recorded<CartEvent>, { type: 'QuantityChanged' }>,
): readonly Line[] {
  const { sku, from, to, unitPrice } = event.data;
  return lines.map((line) => {
    if (line.sku !== sku) return line;
    const portions =
      to > from && unitPrice !== null
        ? raised(line.portions, { quantity: to - from, unitPrice }, event)
        : reduced(line.portions, from - to, event);
    return { ...line, portions };
  });
}

function portionOf(quantity: number, unitPrice: number, event: Recorded<CartEvent>): Portion {
  return { quantity, unitPrice, eventId: event.id, revision: event.revision };
}

export function quantityOf(line: Line): number {
  return line.portions.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The order that the checkout created; null for an open cart. */
export function orderIdOf(cart: ExistingCartState): string | null {
  return cart.status === 'CHECKED_OUT' ? cart.orderId : null;
}
