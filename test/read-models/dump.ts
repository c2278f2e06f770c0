// Everything that is served, as text: what two databases hold, or a database and a fold of the log
// from scratch, is the same where their dumps are.
import { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import type { AnyProjection } from '../../src/projections/registry.js';
import { projectedPrefixes } from '../../src/projections/shop-events.js';
import { canonical } from '../../src/read-models/canonical.js';
import { openRowSnapshot, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import { projectedTo } from '../../src/read-models/generations.js';

export interface Dump {
  /** Position of the last event that is in it. */
  readonly position: bigint;
  /** A line for each row, in the order of the read models' names and keys. */
  readonly lines: readonly string[];
}

export async function dumpOf(
  place: ReadModelPlace,
  projections: readonly AnyProjection[],
): Promise<Dump> {
  const rows = await openRowSnapshot(place);
  if (rows === undefined) throw new Error(`Nothing was ever served from ${place.dataDir}`);
  try {
    const generations = await rows.generations();
    const lines: string[] = [];
    for (const generation of generations.filter(({ status }) => status === 'LIVE')) {
      const { name, version } = generation;
      const own = projections.find((one) => one.name === name && one.version === version);
      if (own === undefined) throw new Error(`${name} is served in version ${version}`);
      for await (const row of rows.rows(generation, own.table)) {
        lines.push(`${name} ${canonical(row)}`);
      }
    }
    return { position: projectedTo(generations), lines };
  } finally {
    await rows.close();
  }
}

const BATCH = 1_000;

/** The dump of a database in a folder that nothing was in, into which the log is folded so far. */
export async function dumpFromScratch(
  connectionString: string,
  emptyFolder: string,
  projections: readonly AnyProjection[],
  position: bigint,
): Promise<Dump> {
  const place = { dataDir: emptyFolder };
  const store = EventStore.connect(connectionString);
  const projector = await Projector.start(await openRowStore(place), projections);
  try {
    const batch: StoredEvent[] = [];
    for await (const stored of store.readAll({ prefixes: projectedPrefixes })) {
      if (stored.position > position) break;
      batch.push(stored);
      if (batch.length === BATCH) await projector.apply(batch.splice(0));
    }
    await projector.apply(batch);
  } finally {
    await projector.close();
    await store.close();
  }
  return dumpOf(place, projections);
}
