// Units of products that orders can have. All products that are shown in one turn ask the read
// model once.
import DataLoader from 'dataloader';
import { availableIn } from '../domain/inventory/state.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import { logCannotTell } from './certain-rows.js';
import type { ApiServices } from './services.js';

type StockServices = Pick<ApiServices, 'reads' | 'stock'>;

const MAX_BATCH = 500;

/** Stock is public as far as it is shown, so requests may share a question. */
const loaders = new WeakMap<StockServices, DataLoader<string, number | null>>();

/** Null for a product that is not tracked. */
export function unitsOnSale(services: StockServices, sku: string): Promise<number | null> {
  let loader = loaders.get(services);
  if (loader === undefined) {
    // Without a cache: a subscription is answered for hours.
    const options = { cache: false, maxBatchSize: MAX_BATCH };
    loader = new DataLoader((skus: readonly string[]) => found(services, skus), options);
    loaders.set(services, loader);
  }
  return loader.load(sku);
}

async function found(services: StockServices, skus: readonly string[]): Promise<(number | null)[]> {
  const rows = await rowsOf(services, skus);
  return Promise.all(
    skus.map(async (sku) => {
      if (rows === undefined) return unitsInLog(services, sku);
      const row = rows.get(sku);
      if (row === undefined) return null;
      return row.isDoubtful ? unitsInLog(services, sku) : row.available;
    }),
  );
}

/** Undefined while the read models are away: the log has the units too. */
async function rowsOf({ reads }: StockServices, skus: readonly string[]) {
  try {
    return await reads.availableUnits([...new Set(skus)]);
  } catch (error) {
    if (error instanceof ReadModelsUnavailableError) return undefined;
    throw error;
  }
}

/** None where the log cannot tell: nobody can order the product then. */
async function unitsInLog({ stock }: StockServices, sku: string): Promise<number | null> {
  try {
    const state = await stock.freshState(sku);
    return state.sku === null ? null : availableIn(state);
  } catch (error) {
    if (logCannotTell(error)) return 0;
    throw error;
  }
}
