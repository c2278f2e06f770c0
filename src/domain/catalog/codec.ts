// Stored shapes of a product's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { codecOf, firstVersion } from '../codec.js';
import type { CatalogEvent } from './events.js';

const sku = z.string().min(1);
const price = z.object({ minorUnits: z.int().min(0), currency: z.string().length(3) });

export const catalogCodec = codecOf<CatalogEvent>({
  ProductListed: firstVersion(z.object({ sku, name: z.string(), price })),
  ProductPriceChanged: firstVersion(z.object({ sku, price })),
  ProductDelisted: firstVersion(z.object({ sku })),
});
