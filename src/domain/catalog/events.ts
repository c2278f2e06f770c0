// A product's events. Stored format: change only by adding a version and an upcaster.
import type { Amount } from '../cart/events.js';

export interface ProductListed {
  readonly type: 'ProductListed';
  readonly data: { readonly sku: string; readonly name: string; readonly price: Amount };
}

export interface ProductPriceChanged {
  readonly type: 'ProductPriceChanged';
  /** Sets the price in its currency; prices in other currencies stay. */
  readonly data: { readonly sku: string; readonly price: Amount };
}

export interface ProductDelisted {
  readonly type: 'ProductDelisted';
  readonly data: { readonly sku: string };
}

export type CatalogEvent = ProductListed | ProductPriceChanged | ProductDelisted;
