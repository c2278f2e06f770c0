// A database of read models as the first start of the service leaves it: migrated, with the empty
// tables of all read models. The service's own code makes it once a process, and runs copy it.
import { DatabaseSync } from 'node:sqlite';
import { Projector } from '../../../src/projections/projector.js';
import type { AnyProjection } from '../../../src/projections/registry.js';
import { migrate } from '../../../src/read-models/migrations.js';
import { RowStore } from '../../../src/read-models/row-store.js';
import { SqliteDatabase } from '../../../src/read-models/sqlite.js';

let made: Promise<Uint8Array> | undefined;

/** @param clock when the tables are promoted: of the first call alone, so it must not vary */
export function firstStart(
  projections: readonly AnyProjection[],
  clock: () => number,
): Promise<Uint8Array> {
  made ??= imageOf(projections, clock);
  return made;
}

async function imageOf(
  projections: readonly AnyProjection[],
  clock: () => number,
): Promise<Uint8Array> {
  const file = new DatabaseSync(':memory:');
  const database = SqliteDatabase.on(file);
  await migrate(database);
  const time = { now: clock, monotonicMs: nothingIsFolded, soon: nothingIsFolded };
  await Projector.start(new RowStore(database), projections, { time });
  const image = file.serialize();
  file.close();
  return image;
}

function nothingIsFolded(): never {
  throw new Error('The first start has no events');
}
