// Notifies the page when the fetcher sees an opened cart.

export interface OpenedCart {
  readonly id: string;
  readonly token: string;
  /** The endpoint that opened it. */
  readonly openedAt?: string;
}

const carts = new EventTarget();

export function announceOpenedCart(cart: OpenedCart): void {
  carts.dispatchEvent(new CustomEvent('opened', { detail: cart }));
}

/** Calls `listener` for each cart opened from now on. Returns a function that unsubscribes. */
export function onCartOpened(listener: (cart: OpenedCart) => void): () => void {
  const heard = (event: Event) => {
    if (event instanceof CustomEvent) listener(event.detail as OpenedCart);
  };
  carts.addEventListener('opened', heard);
  return () => carts.removeEventListener('opened', heard);
}
