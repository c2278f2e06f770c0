// The product of a cart's line or of a federated reference. All that are asked for in one turn are
// one question to the read model.
import DataLoader from 'dataloader';
import type { ProductState } from '../domain/catalog/state.js';
import { productInLog } from './certain-rows.js';
import type { ApiServices } from './services.js';

type Products = Pick<ApiServices, 'reads' | 'catalogue'>;

const MAX_BATCH = 500;

/** Products are public, so requests may share a question. */
const loaders = new WeakMap<Products, DataLoader<string, ProductState | null>>();

/** Null where it is not on sale. */
export function loadProductOnSale(services: Products, sku: string): Promise<ProductState | null> {
  return loaderOf(services).load(sku);
}

function loaderOf(services: Products): DataLoader<string, ProductState | null> {
  const known = loaders.get(services);
  if (known !== undefined) return known;
  // Without a cache: a subscription is answered for hours.
  const options = { cache: false, maxBatchSize: MAX_BATCH };
  const loader = new DataLoader((skus: readonly string[]) => found(services, skus), options);
  loaders.set(services, loader);
  return loader;
}

async function found(
  services: Products,
  skus: readonly string[],
): Promise<(ProductState | null)[]> {
  const rows = await services.reads.productsOf([...new Set(skus)]);
  const bySku = new Map(rows.map((row) => [row.place.sku, row]));
  return Promise.all(
    skus.map(async (sku) => {
      const row = bySku.get(sku);
      if (row === undefined) return null;
      return row.isDoubtful ? productInLog(services, sku) : row.state;
    }),
  );
}
