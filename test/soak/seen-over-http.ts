// What the API shows of a cart or an order, as the laws compare it.
import type * as documents from '../../schema/generated/graphql.js';
import type { SeenCart, SeenOrder } from '../simulator/seen-cart.js';

type Contents = NonNullable<documents.CartAtQuery['cartAt']>;
type ShownContents = Omit<Contents, 'cartId' | 'asOf'>;

export interface CartPayload {
  readonly cart?: (ShownContents & { readonly id: string }) | null;
  readonly cartToken?: string | null;
  readonly order?: OrderShown | null;
  readonly rejection?: RejectionShown | null;
}

interface OrderShown {
  readonly id: string;
  readonly cartId: string;
  readonly revision: number;
  readonly total: { readonly minorUnits: number };
}

export interface RejectionShown {
  readonly code: string;
  readonly currentTotal?: number;
  readonly currentRevision?: number;
}

export function seenOrder({ id, cartId, revision, total }: OrderShown): SeenOrder {
  return { id, cartId, revision, total: total.minorUnits };
}

export function seenPast(cart: Contents): SeenCart {
  return seenCart(cart.cartId, cart);
}

export function seenCart(id: string, cart: ShownContents): SeenCart {
  const { revision, status, currency, openedAt, updatedAt, lines, coupons, totals } = cart;
  if (status !== 'OPEN' && status !== 'CHECKED_OUT') throw new RangeError(`A cart is ${status}`);
  const units = ({ minorUnits }: { readonly minorUnits: number }) => minorUnits;
  return {
    id,
    revision,
    status,
    currency,
    openedAt: Date.parse(openedAt),
    updatedAt: Date.parse(updatedAt),
    lines: lines.map(({ sku, name, quantity, unitPrice, subtotal, discount, total }) => ({
      sku,
      name,
      quantity,
      unitPrice: units(unitPrice),
      subtotal: units(subtotal),
      discount: units(discount),
      total: units(total),
    })),
    coupons: coupons.map(({ code, eligible, discount }) => ({
      code,
      eligible,
      discount: units(discount),
    })),
    totals: {
      itemCount: totals.itemCount,
      subtotal: units(totals.subtotal),
      discount: units(totals.discount),
      added: [
        totals.shipping,
        ...totals.taxes.filter(({ included }) => !included).map(({ amount }) => amount),
      ]
        .map(units)
        .reduce((sum, amount) => sum + amount, 0),
      total: units(totals.total),
      because: totals.because.map(({ amount, eventId, revision: at }) => ({
        amount: units(amount),
        eventId,
        revision: at,
      })),
    },
  };
}
