// The rows of the read models, in whichever database they are, for commands that write or compare
// them.
import type { Config } from '../config.js';
import type { RowStore } from '../read-models/row-store.js';
import { SqliteRowStore } from '../read-models/sqlite/row-store.js';

/** For writing, beside a projector that may run. The caller closes it. */
export function openRows({ dataDir }: Config): Promise<RowStore> {
  return Promise.resolve(SqliteRowStore.open(dataDir));
}

/** For comparing: all that is read comes from one moment. The caller closes it. */
export function openRowsSnapshot({ dataDir }: Config): Promise<RowStore> {
  return Promise.resolve(SqliteRowStore.openSnapshot(dataDir));
}
