// What stands in the way of shipping a cart, and what has changed since its terms were stored.
import { methodOfNow, shippingRefusal, taxRulesOfNow } from '../domain/cart/delivery/decide.js';
import type { DeliveryEvent, ShippingMethodChosen } from '../domain/cart/delivery/events.js';
import { isFinal, type OpenCartState } from '../domain/cart/state.js';
import { whatIf } from '../domain/cart/what-if.js';
import type { ShownCart } from './cart-view.js';
import type { ApiServices } from './services.js';
import type { CartProblem } from './types/cart-types.js';
import { money } from './types/money.js';

type Services = Pick<ApiServices, 'carts' | 'time' | 'rulesInForce'>;

export async function deliveryProblems(
  { state }: ShownCart,
  services: Services,
): Promise<CartProblem[]> {
  if (isFinal(state) || state.delivery === undefined) return [];
  const open: OpenCartState = { ...state, status: 'OPEN' };
  const offers = await services.carts.deliveryOffers(state);
  const refusal = shippingRefusal(open, offers);
  const taxes = taxRulesOfNow(open, offers, services.time.now());
  const [shipping] = methodOfNow(open, offers);
  return [
    ...(refusal === undefined ? [] : [problem(refusal.code, refusal.message, true)]),
    ...(taxes.length === 0 ? [] : [taxChanged(open, taxes, services)]),
    ...(shipping === undefined ? [] : [shippingChanged(open, shipping)]),
  ];
}

/** A checkout takes the taxes of now, so the total with them is told before it. */
function taxChanged(
  state: OpenCartState,
  delivery: readonly DeliveryEvent[],
  { time, rulesInForce }: Services,
): CartProblem {
  const { before, after } = whatIf(state, { delivery }, { at: time.now(), rules: rulesInForce() });
  const message = 'The taxes have changed. A checkout takes those of now.';
  return problem('TAX_CHANGED', message, false, {
    oldPrice: money(before.totals.total, state.currency),
    newPrice: money(after.totals.total, state.currency),
  });
}

function shippingChanged(
  { delivery, currency }: OpenCartState,
  { data }: ShippingMethodChosen,
): CartProblem {
  const message = 'Shipping now costs something else; the cart keeps its price.';
  return problem('SHIPPING_PRICE_CHANGED', message, false, {
    oldPrice: delivery?.method ? money(delivery.method.price, currency) : null,
    newPrice: money(data.price, currency),
  });
}

function problem(
  code: string,
  message: string,
  blocksCheckout: boolean,
  prices: Pick<CartProblem, 'oldPrice' | 'newPrice'> = {},
): CartProblem {
  return { code, message, blocksCheckout, sku: null, ...prices };
}
