// A product's state, folded from its events.
import { assertNever } from '../assert-never.js';
import type { Offer } from '../cart/commands.js';
import type { Recorded } from '../decider.js';
import type { CatalogEvent } from './events.js';

export interface ProductState {
  readonly sku: string | null;
  readonly name: string;
  /** Currency of the first listing. Catalogue pages show the price in it. */
  readonly currency: string;
  /** Prices in minor units, by currency. */
  readonly prices: Readonly<Record<string, number>>;
  readonly listed: boolean;
  readonly revision: number;
}

export const initialProduct: ProductState = {
  sku: null,
  name: '',
  currency: '',
  prices: {},
  listed: false,
  revision: -1,
};

export function evolve(state: ProductState, event: Recorded<CatalogEvent>): ProductState {
  const { revision } = event;
  switch (event.type) {
    case 'ProductListed': {
      const { sku, name, price } = event.data;
      const prices = { ...state.prices, [price.currency]: price.minorUnits };
      return { sku, name, currency: price.currency, prices, listed: true, revision };
    }
    case 'ProductPriceChanged': {
      const { currency, minorUnits } = event.data.price;
      return { ...state, prices: { ...state.prices, [currency]: minorUnits }, revision };
    }
    case 'ProductDelisted':
      return { ...state, listed: false, revision };
    default:
      return assertNever(event);
  }
}

/** The product's current offer to carts; null when it is not on sale. */
export function offerOf({ sku, name, prices, listed, revision }: ProductState): Offer | null {
  return sku === null || !listed ? null : { sku, name, prices, revision };
}
