// The cart as the fold of its events. Plain JSON throughout, so that it can lie in a row or a
// snapshot; nothing in it is computed money.
import { assertNever } from '../assert-never.js';
import type { Recorded } from '../decider.js';
import type { CartCheckedOut, CartEvent, CartOpened, CouponTerms } from './events.js';

/** Units that were offered at one price, and the event that last set how many they are. */
export interface Portion {
  readonly quantity: number;
  readonly unitPrice: number;
  readonly eventId: string;
  readonly revision: number;
}

/** One product in the cart; the oldest portion comes first. */
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

export interface CartState {
  readonly id: string | null;
  readonly status: 'ABSENT' | 'OPEN' | 'CHECKED_OUT';
  readonly currency: string;
  readonly customerId: string | null;
  readonly tokenHash: string | null;
  /** Of the last event folded; −1 when there is none. */
  readonly revision: number;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly lines: readonly Line[];
  readonly coupons: readonly HeldCoupon[];
  readonly orderId: string | null;
  /** Of the rules by which it was checked out. */
  readonly pricingVersion: number | null;
}

export const initialCart: CartState = {
  id: null,
  status: 'ABSENT',
  currency: '',
  customerId: null,
  tokenHash: null,
  revision: -1,
  openedAt: 0,
  updatedAt: 0,
  lines: [],
  coupons: [],
  orderId: null,
  pricingVersion: null,
};

export function evolve(state: CartState, event: Recorded<CartEvent>): CartState {
  const next = { ...state, revision: event.revision, updatedAt: event.occurredAt };
  switch (event.type) {
    case 'CartOpened':
      return opened(next, event);
    case 'ItemAdded': {
      const { sku, name, quantity, unitPrice } = event.data;
      return { ...next, lines: withUnits(state.lines, { sku, name, quantity, unitPrice }, event) };
    }
    case 'QuantityChanged':
      return { ...next, lines: withQuantity(state.lines, event) };
    case 'ItemRemoved':
      return { ...next, lines: state.lines.filter(({ sku }) => sku !== event.data.sku) };
    case 'CouponApplied': {
      const coupon = { ...event.data, eventId: event.id, revision: event.revision };
      return { ...next, coupons: [...state.coupons, coupon] };
    }
    case 'CouponRemoved':
      return { ...next, coupons: state.coupons.filter(({ code }) => code !== event.data.code) };
    case 'CartCheckedOut':
      return { ...next, ...checkedOut(event) };
    default:
      return assertNever(event);
  }
}

function opened(next: CartState, { data, occurredAt }: Recorded<CartOpened>): CartState {
  const { cartId, currency, customerId, tokenHash } = data;
  const openedAt = occurredAt;
  return { ...next, id: cartId, status: 'OPEN', currency, customerId, tokenHash, openedAt };
}

function checkedOut({ data }: CartCheckedOut) {
  const { orderId, pricingVersion } = data;
  return { status: 'CHECKED_OUT' as const, orderId, pricingVersion };
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

/** Units at the newest portion's own price join it; at any other price they are a portion of their own. */
function raised(
  portions: readonly Portion[],
  { quantity, unitPrice }: Pick<Units, 'quantity' | 'unitPrice'>,
  event: Recorded<CartEvent>,
): readonly Portion[] {
  const newest = portions.at(-1);
  if (newest?.unitPrice !== unitPrice) return [...portions, portionOf(quantity, unitPrice, event)];
  return portions.with(-1, portionOf(newest.quantity + quantity, unitPrice, event));
}

/** The newest units go first, so that what was offered earliest is kept longest. */
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
