// Takes up planned prices when their instant has come. Offers to carts have them at that instant
// without it; the log gets the change a moment later, and with it the order by price. All instances
// run it: the product's decider accepts the change once.
import type { CatalogCommands } from '../commands/catalog-commands.js';
import type { Time } from '../waiting/time.js';

export interface PlannedPricesPorts {
  /** Products with a planned price that is due. */
  readonly due: (at: number, first: number) => Promise<readonly string[]>;
  readonly catalog: Pick<CatalogCommands, 'takeUpPrices'>;
  readonly time: Pick<Time, 'now'>;
  /** Called with faults; the next round tries again. */
  readonly onFault: (fault: unknown) => void;
}

/** More of them wait for the next round. */
const MOST_A_ROUND = 100;
const actor = { kind: 'schedule' };

/** One round. A product that cannot be changed does not keep the others. */
export async function takeUpPlannedPrices(
  { due, catalog, time, onFault }: PlannedPricesPorts,
  signal?: AbortSignal,
): Promise<void> {
  for (const sku of await due(time.now(), MOST_A_ROUND)) {
    if (signal?.aborted === true) return;
    await catalog.takeUpPrices(sku, { actor }).catch(onFault);
  }
}
