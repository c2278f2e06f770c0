// Opens the rows of the read models, in SQLite or Postgres, for commands that write or compare
// them.
import type { Config } from '../service/config.js';
import type { RowStore } from '../read-models/row-store.js';
import type { RowReader } from '../read-models/row-reader.js';
import { openRowSnapshot, openRowStore } from '../read-models/open.js';
import { CommandFailure, EXIT } from './exit.js';
import { demandLog } from './log-folder.js';

/** Opens the rows for writing, beside a projector that may be running. */
export async function withRows<Result>(
  config: Config,
  work: (rows: RowStore) => Promise<Result>,
): Promise<Result> {
  demandLog(config);
  const rows = await openRowStore(config);
  try {
    return await work(rows);
  } finally {
    await rows.close();
  }
}

/** For comparisons: all reads see one moment. The caller closes it. */
export async function openRowsSnapshot(config: Config): Promise<RowReader> {
  const rows = await openRowSnapshot(config);
  if (rows !== undefined) return rows;
  throw new CommandFailure(EXIT.unavailable, `There are no read models in ${config.dataDir}`);
}
