// Every cart that a client of the run has opened: what support looks at, subscribers watch and
// somebody else writes to.
import type { SeenCart } from '../seen-cart.js';

export interface KnownCart {
  readonly cartId: string;
  readonly cartToken: string;
  /** The newest that anybody was shown. */
  shown: SeenCart;
}

export class KnownCarts {
  private readonly carts = new Map<string, KnownCart>();

  get all(): readonly KnownCart[] {
    return [...this.carts.values()];
  }

  of(cartId: string): KnownCart | undefined {
    return this.carts.get(cartId);
  }

  /** Notes what was shown of a cart, by whoever holds its token. */
  isShown(cart: SeenCart, cartToken: string): void {
    const known = this.carts.get(cart.id);
    if (known === undefined) this.carts.set(cart.id, { cartId: cart.id, cartToken, shown: cart });
    else if (cart.revision > known.shown.revision) known.shown = cart;
  }
}
