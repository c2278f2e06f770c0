// Stored shapes of a product's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  currencySchema as currency,
  keySchema as sku,
  minorUnitsSchema as minorUnits,
} from '../codec.js';
import type { CatalogEvent } from './events.js';

const price = z.object({ minorUnits, currency });

export const storedCatalogEvents: StoredEventTypes<CatalogEvent> = {
  ProductListed: firstVersion(z.object({ sku, name: z.string(), price })),
  ProductPriceChanged: firstVersion(z.object({ sku, price })),
  ProductDelisted: firstVersion(z.object({ sku })),
};

export const catalogCodec = codecOf<CatalogEvent>(storedCatalogEvents, ({ data }) => data.sku);
