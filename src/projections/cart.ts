// The rows of carts for queries: the folded state, and the prices at the last change.
import { evolve, type ExistingCartState, initialCart } from '../domain/cart/state.js';
import type { PricingRules } from '../domain/cart/price.js';
import { type CartView, viewCart } from '../domain/cart/view.js';
import { storable } from '../domain/text.js';
import { isCartEvent } from './cart-events.js';
import type { Projection } from './projection.js';

export interface CartProjectionRow {
  readonly cart_id: string;
  readonly revision: number;
  readonly status: string;
  readonly currency: string;
  /** Of the owner who signs in; null for a guest's cart. */
  readonly customer_id: string | null;
  readonly total: number;
  readonly updated_at: number;
  /** The key that encrypts the address of its checkout; null where it has none. */
  readonly contact_key: string | null;
  readonly skus: readonly string[];
  /** Codes of the coupons on it, lapsed ones too. */
  readonly coupons: readonly string[];
  readonly state: ExistingCartState;
  readonly view: CartView | null;
}

function contactKeyOf(state: ExistingCartState): string | null {
  const keyId = state.status === 'CHECKED_OUT' ? state.contact?.keyId : undefined;
  return keyId === undefined ? null : storable(keyId);
}

function distinct(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.map(storable))];
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
        customer_id: 'text',
        total: 'integer',
        updated_at: 'integer',
        contact_key: 'text',
        skus: 'json',
        coupons: 'json',
        state: 'json',
        view: 'json',
      },
      indexes: [
        ['customer_id', 'updated_at', 'cart_id'],
        ['status', 'updated_at', 'cart_id'],
        ['updated_at', 'cart_id'],
        ['contact_key'],
        // All that a search for a product or a coupon needs of the carts that have it.
        ['cart_id', 'updated_at', 'status', 'customer_id'],
      ],
      keyed: ['skus', 'coupons'],
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
        customer_id: state.customerId === null ? null : storable(state.customerId),
        total: 0,
        updated_at,
        contact_key: contactKeyOf(state),
        skus: distinct(state.lines.map(({ sku }) => sku)),
        coupons: distinct(state.coupons.map(({ code }) => code)),
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
