// What stands in the way of shipping a cart, and what has changed since its terms were stored.
import { methodOfNow, shippingRefusal, taxRulesOfNow } from '../domain/cart/delivery/decide.js';
import { isFinal, type OpenCartState } from '../domain/cart/state.js';
import type { ShownCart } from './cart-view.js';
import type { ApiServices } from './services.js';
import type { CartProblem } from './types/cart-types.js';

export async function deliveryProblems(
  { state }: ShownCart,
  { carts, time }: Pick<ApiServices, 'carts' | 'time'>,
): Promise<CartProblem[]> {
  if (isFinal(state) || state.delivery === undefined) return [];
  const open: OpenCartState = { ...state, status: 'OPEN' };
  const offers = await carts.deliveryOffers(state);
  const refusal = shippingRefusal(open, offers);
  const problems: CartProblem[] = [];
  if (refusal !== undefined) problems.push(problem(refusal.code, refusal.message, true));
  if (taxRulesOfNow(open, offers, time.now()).length > 0) {
    const message = 'The taxes have changed. A checkout takes those of now.';
    problems.push(problem('TAX_CHANGED', message, false));
  }
  if (methodOfNow(open, offers).length > 0) {
    const message = 'Shipping now costs something else; the cart keeps its price.';
    problems.push(problem('SHIPPING_PRICE_CHANGED', message, false));
  }
  return problems;
}

function problem(code: string, message: string, blocksCheckout: boolean): CartProblem {
  return { code, message, blocksCheckout, sku: null };
}
