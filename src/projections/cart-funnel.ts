// How far each cart came: opened, filled, checked out; or abandoned, or merged with another. A row
// for each cart, by the minute in which it was opened. What became of its order is in order-sales.
import type { CartEvent } from '../domain/cart/events.js';
import { ImpossibleEventError, type Recorded } from '../domain/decider.js';
import { storable } from '../domain/text.js';
import { isCartEvent } from './cart-events.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface FunnelRow {
  readonly cart_id: string;
  /** When its minute of opening began, in milliseconds since 1970. */
  readonly opened_minute: number;
  /** 1 once it has held a line. */
  readonly filled: number;
  /** As the cart's own: OPEN, ABANDONED, MERGED or CHECKED_OUT. */
  readonly status: string;
  /** Null before the checkout. */
  readonly order_id: string | null;
}

const MINUTE_MS = 60_000;

type Step = Recorded<CartEvent> & ProjectedEvent;

function fills(event: Step): boolean {
  switch (event.type) {
    case 'ItemAdded':
      return true;
    case 'ItemsAdded':
    case 'CartForked':
    case 'ChangeUndone':
      return event.data.lines.length > 0;
    case 'CartMerged':
      return event.data.lines.some(({ taken }) => taken.length > 0);
    default:
      return false;
  }
}

/** Null: as it was. */
function statusAfter(event: Step): string | null {
  switch (event.type) {
    case 'CouponLapsed':
      return null;
    case 'CartAbandoned':
      return 'ABANDONED';
    case 'CartClaimed':
      return event.data.intoCartId === null ? 'OPEN' : 'MERGED';
    case 'CartCheckedOut':
      return 'CHECKED_OUT';
    default:
      return 'OPEN';
  }
}

function opened({ subject, occurredAt }: Step): FunnelRow {
  const opened_minute = Math.floor(occurredAt / MINUTE_MS) * MINUTE_MS;
  return { cart_id: subject, opened_minute, filled: 0, status: 'OPEN', order_id: null };
}

function demandPossible(row: FunnelRow | undefined, event: Step): void {
  if (event.type === 'CartOpened') {
    if (row !== undefined) throw new ImpossibleEventError('The cart was open already');
  } else if (row === undefined) throw new ImpossibleEventError('The cart was never opened');
  else if (row.status === 'CHECKED_OUT' || row.status === 'MERGED') {
    throw new ImpossibleEventError('The cart was closed');
  }
}

export const cartFunnel: Projection<FunnelRow> = {
  name: 'cart-funnel',
  version: 1,
  table: {
    key: 'cart_id',
    columns: {
      cart_id: 'text',
      opened_minute: 'integer',
      filled: 'integer',
      status: 'text',
      order_id: 'text',
    },
    // All that the funnel asks for, so that it reads the index alone.
    indexes: [['opened_minute', 'status', 'filled', 'order_id']],
  },
  keyOf: (event) => (isCartEvent(event) ? event.subject : undefined),
  evolve(row, event) {
    if (!isCartEvent(event)) throw new TypeError(`${event.type} is not about a cart`);
    demandPossible(row, event);
    const before = row ?? opened(event);
    return {
      ...before,
      filled: fills(event) ? 1 : before.filled,
      status: statusAfter(event) ?? before.status,
      order_id: event.type === 'CartCheckedOut' ? storable(event.data.orderId) : before.order_id,
    };
  },
};
