// Opens the event store for a command and closes it, however the command ends. With patience, its
// reads wait for a store that becomes unavailable.
import type { Config } from '../service/config.js';
import { EventStore } from '../event-store/event-store.js';
import type { StorePatience } from '../event-store/store-patience.js';
import { systemTime } from '../waiting/time.js';
import { demandLog } from './log-folder.js';
import { connectToLog, type LogConnection } from './log-connection.js';

export async function withStore<Result>(
  config: Config,
  work: (store: EventStore, log: LogConnection) => Promise<Result>,
  patience?: StorePatience,
): Promise<Result> {
  const log = await connectToLog(config);
  const store = new EventStore(log.nodes, systemTime, patience);
  try {
    return await work(store, log);
  } finally {
    await store.close();
    await log.close();
  }
}

/**
 * For commands that only read: a folder without a log is more likely a typing error than an empty
 * shop.
 */
export async function withExistingStore<Result>(
  config: Config,
  work: (store: EventStore, log: LogConnection) => Promise<Result>,
  patience?: StorePatience,
): Promise<Result> {
  demandLog(config);
  return withStore(config, work, patience);
}
