// Which kind of goods the products of a command are. The cart stores it when they are added.
import { STANDARD_TAX } from '../../tax/rule.js';
import type { Offer } from '../commands.js';
import type { CartEvent } from '../events.js';
import type { TaxedProduct } from './events.js';
import { categoryIn, type CartDelivery } from './state.js';

/**
 * The event before these ones, when a product of theirs is of another kind than the cart has it:
 * before them, because the last event of an append is the one that a command is known by.
 */
export function categoriesBefore(
  events: readonly CartEvent[],
  offers: readonly (Offer | null | undefined)[],
  delivery: CartDelivery | undefined,
): readonly CartEvent[] {
  const added = new Set(events.flatMap(pricedSkus));
  const categoryOf = categoryIn(delivery);
  const offered = new Map(offers.map((offer) => [offer?.sku, offer?.taxCategory ?? STANDARD_TAX]));
  const products = [...added].flatMap((sku): TaxedProduct[] => {
    const taxCategory = offered.get(sku);
    return taxCategory === undefined || taxCategory === categoryOf(sku)
      ? []
      : [{ sku, taxCategory }];
  });
  return products.length === 0 ? [] : [{ type: 'TaxCategoriesApplied', data: { products } }];
}

/** The products of which an event takes an offer. */
function pricedSkus(event: CartEvent): readonly string[] {
  switch (event.type) {
    case 'ItemAdded':
      return [event.data.sku];
    case 'QuantityChanged':
      return event.data.unitPrice === null ? [] : [event.data.sku];
    case 'ItemsAdded':
    case 'CartForked':
      return event.data.lines.map(({ sku }) => sku);
    case 'PricesAccepted':
      return event.data.prices.map(({ sku }) => sku);
    default:
      return [];
  }
}

/** As `categoriesBefore`, for products that come from another cart. */
export function categoriesFrom(
  skus: readonly string[],
  from: CartDelivery | undefined,
  to: CartDelivery | undefined,
): readonly CartEvent[] {
  const [there, here] = [categoryIn(from), categoryIn(to)];
  const products = skus
    .map((sku) => ({ sku, taxCategory: there(sku) }))
    .filter(({ sku, taxCategory }) => taxCategory !== here(sku));
  return products.length === 0 ? [] : [{ type: 'TaxCategoriesApplied', data: { products } }];
}
