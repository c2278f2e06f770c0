// Every cart that a client of the run has opened: what support looks at, subscribers watch and
// somebody else writes to.
import type { SeenCart } from '../seen-cart.js';

export interface KnownCart {
  readonly cartId: string;
  readonly cartToken: string;
  /** The newest that anybody was shown. */
  shown: SeenCart;
  /** Somebody has written to it what the service does not understand. */
  isSpoiled: boolean;
}

export class KnownCarts {
  private readonly carts = new Map<string, KnownCart>();

  /** Ids of the orders that anybody was told of. */
  readonly orders: string[] = [];

  get all(): readonly KnownCart[] {
    return [...this.carts.values()];
  }

  of(cartId: string): KnownCart | undefined {
    return this.carts.get(cartId);
  }

  isOrdered(orderId: string): void {
    if (!this.orders.includes(orderId)) this.orders.push(orderId);
  }

  /** Notes what was shown of a cart, by whoever holds its token. */
  isShown(cart: SeenCart, cartToken: string): void {
    const known = this.carts.get(cart.id);
    const { id: cartId } = cart;
    if (known === undefined) {
      this.carts.set(cartId, { cartId, cartToken, shown: cart, isSpoiled: false });
    } else if (cart.revision > known.shown.revision) known.shown = cart;
  }
}
