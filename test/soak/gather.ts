// Reads what is left after a soak: the whole log, and every row of every generation, each read
// model at one moment.
import { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { Pricing } from '../../src/domain/cart/pricing.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { chainedPrefixes } from '../../src/projections/shop-events.js';
import { openRowSnapshot, type ReadModelPlace } from '../../src/read-models/open.js';
import type { Row } from '../../src/read-models/table.js';
import type { RowsCommitted } from '../simulator/laws/law.js';

export async function readLog(connectionString: string): Promise<readonly StoredEvent[]> {
  const store = EventStore.connect(connectionString);
  try {
    const log: StoredEvent[] = [];
    for await (const event of store.readAll({ prefixes: chainedPrefixes })) log.push(event);
    return log;
  } finally {
    await store.close();
  }
}

/** What a log held before the soak, up to this position, is somebody else's. */
export async function headOf(connectionString: string): Promise<bigint> {
  const store = EventStore.connect(connectionString);
  try {
    return await store.headPosition();
  } finally {
    await store.close();
  }
}

/** @param name by which the laws call the database */
export async function readRows(
  name: string,
  place: ReadModelPlace,
  pricing: Pricing,
): Promise<readonly RowsCommitted[]> {
  const rows = await openRowSnapshot(place);
  if (rows === undefined) throw new Error(`Nothing was ever served from ${place.dataDir}`);
  try {
    const commits: RowsCommitted[] = [];
    for (const generation of await rows.generations()) {
      const { name: readModel, version, status } = generation;
      const projection = projectionsOf(pricing).find(
        (one) => one.name === readModel && one.version === version,
      );
      if (status === 'BUILDING' || projection === undefined) continue;
      const { table } = projection;
      const found = new Map<string, Row>();
      for await (const row of rows.rows(generation, table)) found.set(String(row[table.key]), row);
      // The built service has another hash of the same code than its sources have.
      commits.push({
        place: name,
        generation: { ...generation, foldHash: null },
        rows: found,
        isAll: true,
      });
    }
    return commits;
  } finally {
    await rows.close();
  }
}
