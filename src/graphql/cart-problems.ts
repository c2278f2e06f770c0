// Problems that prevent a checkout, and warnings before it.
import { pricesAt, type ProductState } from '../domain/catalog/state.js';
import { decimal } from '../domain/money.js';
import { isFinal } from '../domain/cart/state.js';
import type { LineView } from '../domain/cart/view.js';
import type { ShownCart } from './cart-view.js';
import { productOnSale } from './certain-rows.js';
import type { ApiServices } from './services.js';
import type { CartProblem } from './types/cart-types.js';
import { money } from './types/money.js';
import { unitsOnSale } from './units-on-sale.js';

/** Looks up every product of the cart; call it only when the problems are shown. */
export async function cartProblems(
  cart: ShownCart,
  services: Pick<ApiServices, 'reads' | 'catalogue' | 'stock' | 'time'>,
): Promise<CartProblem[]> {
  if (isFinal(cart.state)) return [];
  const now = services.time.now();
  const { lines, coupons } = cart.priced();
  const ofLines = await Promise.all(
    lines.map(async (line) => {
      const { sku } = line;
      const [product, available] = await Promise.all([
        productOnSale(services, sku),
        unitsOnSale(services, sku),
      ]);
      return [shortage(line, available), lineProblem(line, cart.currency, product, now)];
    }),
  );
  return [
    ...(lines.length === 0 ? [emptyCart] : []),
    ...ofLines.flat().filter((problem) => problem !== undefined),
    ...coupons
      .filter(({ eligible }) => !eligible)
      .map(({ code, reason }) => ({
        code: 'COUPON_INELIGIBLE',
        message: `${code} gives no discount: ${reason ?? 'it does not apply'}`,
        blocksCheckout: false,
        sku: null,
      })),
  ];
}

const emptyCart: CartProblem = {
  code: 'CART_EMPTY',
  message: 'The cart is empty.',
  blocksCheckout: true,
  sku: null,
};

/** @param available null for a product that is not tracked */
function shortage(
  { sku, name, quantity }: LineView,
  available: number | null,
): CartProblem | undefined {
  if (available === null || quantity <= available) return undefined;
  const left = available === 0 ? `${name} is sold out.` : `${name}: ${available} left.`;
  const message = `${left} The cart has ${quantity}.`;
  return { code: 'OUT_OF_STOCK', message, blocksCheckout: true, sku, available };
}

function lineProblem(
  { sku, name, portions }: LineView,
  currency: string,
  product: ProductState | null,
  now: number,
): CartProblem | undefined {
  const price = product?.listed === true ? pricesAt(product, now)[currency] : undefined;
  if (price === undefined) {
    const message = `${name} is no longer sold. Remove it to check out.`;
    return { code: 'NOT_FOR_SALE', message, blocksCheckout: true, sku };
  }
  const moved = portions.find(({ unitPrice }) => unitPrice !== price);
  if (moved === undefined) return undefined;
  const message = `${name} now costs ${decimal(price, currency)} ${currency}; the cart keeps its price.`;
  const prices = { oldPrice: money(moved.unitPrice, currency), newPrice: money(price, currency) };
  return { code: 'PRICE_CHANGED', message, blocksCheckout: false, sku, ...prices };
}
