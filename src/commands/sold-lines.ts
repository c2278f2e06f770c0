// Whether the products of a cart are still sold. A product that was withdrawn stays in the cart,
// and blocks its checkout.
import { type NotForSale, notForSale } from '../domain/cart/rejections.js';
import type { CheckedOutCartState } from '../domain/cart/state.js';
import type { Offers } from './offers.js';

/** @throws StoreUnavailableError */
export async function unsoldIn(
  { lines, currency }: Pick<CheckedOutCartState, 'lines' | 'currency'>,
  offers: Pick<Offers, 'products'>,
): Promise<NotForSale | undefined> {
  const skus = lines.map(({ sku }) => sku);
  const offered = await offers.products(skus);
  const unsold = skus.filter((sku) => !Object.hasOwn(offered.get(sku)?.prices ?? {}, currency));
  return unsold.length === 0 ? undefined : notForSale(unsold.sort());
}
