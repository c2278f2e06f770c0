// Products in the rows of the catalogue, for tests of its queries.
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { CatalogEvent } from '../../src/domain/catalog/events.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import { eventIdAt, NOON } from '../controls/recorded.js';
import type { Cleanup } from '../event-store/nodes.js';

export const listed = (
  sku: string,
  name: string,
  minorUnits = 100,
  currency = 'GBP',
): CatalogEvent => ({
  type: 'ProductListed',
  data: { sku, name, price: { minorUnits, currency } },
});
export const tagged = (sku: string, ...tags: string[]): CatalogEvent => ({
  type: 'ProductTagged',
  data: { sku, tags },
});
export const described = (sku: string, description: string): CatalogEvent => ({
  type: 'ProductDescribed',
  data: { sku, description },
});

export function recorded(events: readonly CatalogEvent[], first = 0): StoredEvent[] {
  return events.map(({ type, data }, index) => {
    const at = NOON + (first + index) * 1_000;
    const metadata = { schemaVersion: 1, occurredAt: new Date(at).toISOString() };
    const place = { revision: index, position: BigInt(first + index + 1), recordedAt: at };
    const id = eventIdAt(first + index);
    return { stream: `product-${data.sku}`, id, type, data: { ...data }, metadata, ...place };
  });
}

/** Rows of these products, and the queries on them. */
export async function filledCatalogue(
  cleanup: Cleanup,
  place: ReadModelPlace,
  events: readonly CatalogEvent[],
) {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projectionsOf(standardPricing));
  await projector.apply(recorded(events));
  const reads = await openReadModels(place);
  cleanup.add(() => reads.close());
  return { rows, projector, reads };
}
