// The rows of carts for queries: the folded state, and the prices at the last change.
import { evolve, type ExistingCartState, initialCart } from '../domain/cart/state.js';
import type { PricingRules } from '../domain/cart/price.js';
import { type CartView, viewCart } from '../domain/cart/view.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import type { ProjectedEvent, Projection } from './projection.js';

export interface CartProjectionRow {
  readonly cart_id: string;
  readonly revision: number;
  readonly status: string;
  readonly currency: string;
  readonly total: number;
  readonly updated_at: number;
  readonly state: ExistingCartState;
  readonly view: CartView | null;
}

const cartEvents = new Set<string>([
  'CartOpened',
  'ItemAdded',
  'QuantityChanged',
  'ItemRemoved',
  'CouponApplied',
  'CouponRemoved',
  'CartCheckedOut',
] satisfies CartEvent['type'][]);

function isCartEvent(event: ProjectedEvent): event is Recorded<CartEvent> & ProjectedEvent {
  return cartEvents.has(event.type);
}

/** The projection's version is the version of its pricing rules. */
export function cartProjection(rules: PricingRules): Projection<CartProjectionRow> {
  return {
    name: 'cart',
    version: rules.version,
    table: {
      key: 'cart_id',
      columns: {
        cart_id: 'text',
        revision: 'integer',
        status: 'text',
        currency: 'text',
        total: 'integer',
        updated_at: 'integer',
        state: 'json',
        view: 'json',
      },
    },
    keyOf: (event) => (isCartEvent(event) ? event.subject : undefined),
    evolve(row, event) {
      if (!isCartEvent(event)) throw new TypeError(`${event.type} is not about a cart`);
      const state = evolve(row?.state ?? initialCart, event);
      const { revision, status, currency, updatedAt: updated_at } = state;
      return {
        cart_id: event.subject,
        revision,
        status,
        currency,
        total: 0,
        updated_at,
        state,
        view: null,
      };
    },
    // Pricing reads the whole cart, and an import may add hundreds of lines in one batch.
    complete(row) {
      const view = viewCart(row.state, row.updated_at, rules);
      return { ...row, view, total: view.totals.total };
    },
  };
}
