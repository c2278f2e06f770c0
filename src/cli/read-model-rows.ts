// The rows of the read models, in whichever database they are, for commands that write or compare
// them.
import type { Config } from '../config.js';
import type { RowStore } from '../read-models/row-store.js';
import { SqliteRowStore } from '../read-models/sqlite/row-store.js';
import { demandLog } from './with-store.js';

/** Lends the rows for writing, beside a projector that may run. */
export async function withRows<Result>(
  config: Config,
  work: (rows: RowStore) => Promise<Result>,
): Promise<Result> {
  demandLog(config);
  const rows = SqliteRowStore.open(config.dataDir);
  try {
    return await work(rows);
  } finally {
    await rows.close();
  }
}

/** For comparing: all that is read comes from one moment. The caller closes it. */
export function openRowsSnapshot({ dataDir }: Config): Promise<RowStore> {
  return Promise.resolve(SqliteRowStore.openSnapshot(dataDir));
}
