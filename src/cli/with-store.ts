// Lends a command the event store and takes it back, however the command ends.
import type { Config } from '../config.js';
import { EventStore } from '../event-store/event-store.js';
import { connectToLog } from './log-connection.js';

export async function withStore<Result>(
  config: Config,
  work: (store: EventStore, connectionString: string) => Promise<Result>,
): Promise<Result> {
  const log = await connectToLog(config);
  const store = EventStore.connect(log.connectionString);
  try {
    return await work(store, log.connectionString);
  } finally {
    await store.close();
    await log.close();
  }
}
