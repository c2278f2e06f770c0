// How the fetcher tells the page that somebody opened a cart.

export interface OpenedCart {
  readonly id: string;
  readonly token: string;
  /** Where it was asked for. */
  readonly openedAt?: string;
}

const carts = new EventTarget();

export function announceOpenedCart(cart: OpenedCart): void {
  carts.dispatchEvent(new CustomEvent('opened', { detail: cart }));
}

/** Calls `listener` for each cart opened from now on; the answer stops that. */
export function onCartOpened(listener: (cart: OpenedCart) => void): () => void {
  const heard = (event: Event) => {
    if (event instanceof CustomEvent) listener(event.detail as OpenedCart);
  };
  carts.addEventListener('opened', heard);
  return () => carts.removeEventListener('opened', heard);
}
