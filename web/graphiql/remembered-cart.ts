// The playground's current cart, stored only in this browser: GraphiQL stores the tabs' headers,
// with the token, in the same place. Neither is ever in a URL.
import type { OpenedCart } from './opened-cart.ts';

const KEY = 'cartograph:cart-in-hand';

export function rememberCart(cart: OpenedCart): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(cart));
  } catch (error) {
    console.warn('This browser stores nothing: a reload forgets the cart.', error);
  }
}

/** Null when no cart was opened here, or the browser stores nothing. */
export function rememberedCart(): OpenedCart | null {
  try {
    const cart: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return isCart(cart) ? cart : null;
  } catch (error) {
    console.warn('The cart of the last visit cannot be read.', error);
    return null;
  }
}

function isCart(value: unknown): value is OpenedCart {
  if (typeof value !== 'object' || value === null) return false;
  const { id, token } = value as Partial<Record<string, unknown>>;
  return typeof id === 'string' && typeof token === 'string';
}
