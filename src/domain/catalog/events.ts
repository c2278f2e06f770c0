// A product's events. Stored format: change only by adding a version and an upcaster.
import type { Amount } from '../cart/events.js';

export interface ProductListed {
  readonly type: 'ProductListed';
  readonly data: { readonly sku: string; readonly name: string; readonly price: Amount };
}

export interface ProductRenamed {
  readonly type: 'ProductRenamed';
  readonly data: { readonly sku: string; readonly name: string };
}

export interface ProductDescribed {
  readonly type: 'ProductDescribed';
  /** Null takes the description away. */
  readonly data: { readonly sku: string; readonly description: string | null };
}

export interface ProductTagged {
  readonly type: 'ProductTagged';
  /** All tags of the product from now on. */
  readonly data: { readonly sku: string; readonly tags: readonly string[] };
}

export interface ProductPictured {
  readonly type: 'ProductPictured';
  /** The address of its image; null takes the image away. */
  readonly data: { readonly sku: string; readonly imageUrl: string | null };
}

export interface ProductTaxCategorized {
  readonly type: 'ProductTaxCategorized';
  /** What tax rules are by; null: the standard category. */
  readonly data: { readonly sku: string; readonly taxCategory: string | null };
}

export interface ProductPriceChanged {
  readonly type: 'ProductPriceChanged';
  /** Sets the price in its currency; prices in other currencies stay. */
  readonly data: { readonly sku: string; readonly price: Amount };
}

export interface ProductPricePlanned {
  readonly type: 'ProductPricePlanned';
  readonly data: {
    readonly sku: string;
    readonly price: Amount;
    /** The first instant at which the price holds, in milliseconds since 1970. */
    readonly holdsFrom: number;
  };
}

export interface PlannedPriceDropped {
  readonly type: 'PlannedPriceDropped';
  readonly data: {
    readonly sku: string;
    readonly currency: string;
    readonly holdsFrom: number;
  };
}

export interface ProductDelisted {
  readonly type: 'ProductDelisted';
  readonly data: { readonly sku: string };
}

export interface ProductRestored {
  readonly type: 'ProductRestored';
  /** On sale again, as it was when it was delisted. */
  readonly data: { readonly sku: string };
}

export type CatalogEvent =
  | ProductListed
  | ProductRenamed
  | ProductDescribed
  | ProductTagged
  | ProductPictured
  | ProductTaxCategorized
  | ProductPriceChanged
  | ProductPricePlanned
  | PlannedPriceDropped
  | ProductDelisted
  | ProductRestored;
