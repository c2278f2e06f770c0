// Opens the service's log: the embedded node or an external server. It switches the data folder to
// that log, and adds a sample shop to an empty one.
import { join } from 'node:path';
import type { Config } from './config.js';
import { turnToLog } from './data-folder.js';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { removeEndpoint } from './endpoint-file.js';
import type { EventStore } from '../event-store/event-store.js';
import { demandTrust } from '../event-store/store-trust.js';
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

/** Without this, queries would get rows of another log. */
export async function turnFolderToLog(
  { dataDir }: Config,
  store: EventStore,
  log: Logger,
): Promise<void> {
  const logId = await firstEventId(store, log);
  if (await turnToLog(dataDir, logId)) {
    log.warn(
      'the data folder belonged to another log; the files computed from that log were moved aside',
    );
  }
}

/** It waits for a store that is away, also where the rest of the start had found it. */
export function firstEventId(store: EventStore, log: Logger): Promise<string | undefined> {
  return retryWhileUnavailable('the event store is not available yet', log, () =>
    store.firstEventId(),
  );
}

/** Adds the sample shop to an embedded log without a shop. */
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
    await demandTrust(config.eventStoreUrl);
    return { connectionString: config.eventStoreUrl, isEmbedded: false, failure: never };
  }
  // Its HTTP port allows backups of a running shop's log.
  const node = await startEmbeddedNode({
    dataDir: join(config.dataDir, 'log'),
    httpPort: 0,
    report: (line, what) =>
      log[what === 'damage' ? 'error' : 'info']({ part: 'embedded node' }, line),
  });
  parts.add('embedded node', () => node.stop());
  // A crash leaves the file behind. In a container the recorded process always looks alive, because
  // it is this one.
  await removeEndpoint(config.dataDir);
  const { connectionString, failure } = node;
  return { connectionString, isEmbedded: true, failure };
}
