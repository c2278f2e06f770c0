// Stored shapes of a product's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  currencySchema as currency,
  instantSchema as holdsFrom,
  keySchema as key,
  minorUnitsSchema as minorUnits,
} from '../codec.js';
import type { CatalogEvent } from './events.js';

const sku = key;
const name = z.string();
const price = z.object({ minorUnits, currency });
const description = z.string().nullable();
const tags = z.array(z.string());
const imageUrl = z.string().nullable();

export const storedCatalogEvents: StoredEventTypes<CatalogEvent> = {
  ProductListed: firstVersion(z.object({ sku, name, price })),
  ProductRenamed: firstVersion(z.object({ sku, name })),
  ProductDescribed: firstVersion(z.object({ sku, description })),
  ProductTagged: firstVersion(z.object({ sku, tags })),
  ProductPictured: firstVersion(z.object({ sku, imageUrl })),
  ProductTaxCategorized: firstVersion(z.object({ sku, taxCategory: key.nullable() })),
  ProductPriceChanged: firstVersion(z.object({ sku, price })),
  ProductPricePlanned: firstVersion(z.object({ sku, price, holdsFrom })),
  PlannedPriceDropped: firstVersion(z.object({ sku, currency, holdsFrom })),
  ProductDelisted: firstVersion(z.object({ sku })),
  ProductRestored: firstVersion(z.object({ sku })),
};

export const catalogCodec = codecOf<CatalogEvent>(storedCatalogEvents, ({ data }) => data.sku);
