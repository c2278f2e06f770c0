// Problems that prevent a checkout, and warnings before it.
import type { ProductState } from '../domain/catalog/state.js';
import { decimal } from '../domain/money.js';
import type { LineView } from '../domain/cart/view.js';
import type { ShownCart } from './cart-view.js';
import { productInLog } from './certain-rows.js';
import type { ApiServices } from './services.js';
import type { CartProblem } from './types/cart-types.js';

/** Looks up every product of the cart; call it only when the problems are shown. */
export async function cartProblems(
  cart: ShownCart,
  services: Pick<ApiServices, 'reads' | 'catalogue'>,
): Promise<CartProblem[]> {
  if (cart.status !== 'OPEN') return [];
  const { lines, coupons } = cart.priced();
  const ofLines = await Promise.all(
    lines.map(async (line) =>
      lineProblem(line, cart.currency, await productOf(services, line.sku)),
    ),
  );
  return [
    ...(lines.length === 0 ? [emptyCart] : []),
    ...ofLines.filter((problem) => problem !== undefined),
    ...coupons
      .filter(({ eligible }) => !eligible)
      .map(({ code, reason }) => ({
        code: 'COUPON_INELIGIBLE',
        message: `${code} gives no discount: ${reason ?? 'it does not apply'}`,
        sku: null,
      })),
  ];
}

async function productOf(
  services: Pick<ApiServices, 'reads' | 'catalogue'>,
  sku: string,
): Promise<ProductState | null> {
  const { reads } = services;
  const asked = [reads.product(sku), reads.isDoubtful(`product-${sku}`)] as const;
  const [row, isDoubtful] = await Promise.all(asked);
  return isDoubtful ? productInLog(services, sku) : row;
}

const emptyCart: CartProblem = { code: 'CART_EMPTY', message: 'The cart is empty.', sku: null };

function lineProblem(
  { sku, name, portions }: LineView,
  currency: string,
  product: ProductState | null,
): CartProblem | undefined {
  const price = product?.listed === true ? product.prices[currency] : undefined;
  if (price === undefined) {
    const message = `${name} is no longer sold; you can still buy the units in the cart.`;
    return { code: 'NOT_FOR_SALE', message, sku };
  }
  if (portions.every(({ unitPrice }) => unitPrice === price)) return undefined;
  const message = `${name} now costs ${decimal(price, currency)} ${currency}; the cart keeps its price.`;
  return { code: 'PRICE_CHANGED', message, sku };
}
