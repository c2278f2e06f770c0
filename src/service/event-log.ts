// The log that the service stands on: its own node or a server elsewhere, the data folder turned to
// it, and samples in it for whoever tries the shop out.
import { join } from 'node:path';
import type { Config } from './config.js';
import { turnToLog } from './data-folder.js';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { removeEndpoint } from './endpoint-file.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import { isForSamples, seedShop } from '../seed/seed-shop.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export interface EventLog {
  readonly connectionString: string;
  readonly isEmbedded: boolean;
  readonly failure: Promise<Error>;
}

const never = new Promise<never>(() => undefined);

/** Read models of another log would be served as if they were of this one. */
export async function turnFolderToLog(
  { dataDir }: Config,
  store: EventStore,
  log: Logger,
): Promise<void> {
  const logId = await retryWhileUnavailable('the event store is not there yet', log, () =>
    store.firstEventId(),
  );
  if (await turnToLog(dataDir, logId)) {
    log.warn('the data folder was of another log; what was computed from that one is put away');
  }
}

/** Samples for whoever tries the shop out; a log that has a shop already is left as it is. */
export async function seedUnlessTaken(
  commands: ShopCommands,
  { isEmbedded }: EventLog,
  store: EventStore,
  log: Logger,
): Promise<void> {
  await retryWhileUnavailable('the sample shop is not stored yet', log, async () => {
    if (isEmbedded || (await isForSamples(store))) await seedShop(commands);
  });
}

export async function startLog(
  config: Config,
  parts: StartedParts,
  log: Logger,
): Promise<EventLog> {
  if (config.eventStoreUrl !== undefined) {
    return { connectionString: config.eventStoreUrl, isEmbedded: false, failure: never };
  }
  // Over its HTTP the log of a shop that is open can be backed up.
  const node = await startEmbeddedNode({
    dataDir: join(config.dataDir, 'log'),
    httpPort: 0,
    report: (line) => log.error({ part: 'embedded node' }, line),
  });
  parts.add('embedded node', () => node.stop());
  // A crash leaves it behind, and in a container the process it names is always alive: it is this
  // one.
  await removeEndpoint(config.dataDir);
  const { connectionString, failure } = node;
  return { connectionString, isEmbedded: true, failure };
}
