// The composition root: starts the parts in the order of their dependencies and stops them in
// reverse. It decides nothing else.
import { runLibrariesInProduction, type Config } from './config.js';
import { clearDataFolder, makeDataFolder, noteLog, ownDataFolder } from './data-folder.js';
import { REFUSAL_MS } from '../commands/ownership.js';
import { removeEndpoint, writeEndpoint } from './endpoint-file.js';
import { EventStore } from '../event-store/event-store.js';
import { StoreNodes } from '../event-store/store-nodes.js';
import { Snapshots } from '../folds/snapshots/snapshots.js';
import { StreamFolds } from '../folds/stream-folds.js';
import type { Logger } from '../http/log.js';
import { loadApi, startHttp } from './http.js';
import { startOutgoing } from './outgoing.js';
import { Contacts } from '../personal-data/contacts.js';
import { loadPricing } from '../pricing/pricing-module.js';
import { openProjectorThread, type RunningProjector } from '../projections/projector-thread.js';
import { DriftWatch } from '../replay/drift-watch.js';
import { openReplayDesk } from './replays.js';
import {
  type EventLog,
  firstEventId,
  seedUnlessTaken,
  startLog,
  turnFolderToLog,
} from './event-log.js';
import { demandFreePort } from './free-port.js';
import { startPayments } from './payments.js';
import { startReadModels } from './read-models.js';
import { createShopCommands } from './shop-commands.js';
import { openReactionMemory } from './reactions.js';
import { startShop } from './shop.js';
import { erasingOf, startHandingOver, startPersonalData } from './people.js';
import { narrowFiles } from './private-files.js';
import { startRelay } from './relay.js';
import { followRemovals } from './removals.js';
import { StartedParts } from './started-parts.js';
import { startTelemetry } from './telemetry.js';
import { loadSecret } from '../tokens/key-folder.js';
import type { Tracing } from '../tracing/tracing.js';
import { systemTime } from '../waiting/time.js';

export interface Service {
  /** For example http://HOST:PORT. */
  readonly url: string;
  /**
   * Resolves with the error of a part that failed while it ran; the service must then be stopped.
   */
  readonly failure: Promise<Error>;
  /** Stops all parts in order; resolves when none runs any more. */
  stop(): Promise<void>;
}

/**
 * Starts the service; resolves when it is ready.
 *
 * @param parts to stop while it starts: the start then ends with a StartEndedError
 * @throws PricingModuleError, ConnectionStringError, LogInUseError, LogFileError, DataFolderError,
 * DataFolderInUseError, PersonKeysFileError, StoreUnavailableError, or the system's error for a
 * port
 */
export async function startService(
  config: Config,
  log: Logger,
  parts = new StartedParts(),
): Promise<Service> {
  runLibrariesInProduction();
  try {
    return await start(config, log, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function start(config: Config, log: Logger, parts: StartedParts): Promise<Service> {
  await makePrivateFolder(config, log);
  const telemetry = await startTelemetry(config, log, parts);
  const tracing = telemetry?.traces?.tracing;
  // The node and the projector start in threads of their own; meanwhile the API's modules are
  // loaded.
  const [shopLog, api] = await Promise.all([
    startShopLog(config, log, parts, tracing),
    loadApi(config),
  ]);
  const { eventLog, nodes, store, pricing, folds, commands, projector, reads } = shopLog;
  const drift = watchDrift(config, projector, log, parts);
  const desk = openReplayDesk(config, eventLog, log, parts);
  const memory = openReactionMemory(config.dataDir);
  const secret = await secretOf(config);
  const people = await startPersonalData(config, secret, { time: systemTime, log }, parts);
  const contacts = new Contacts(people);
  const outgoing = {
    commands,
    contacts,
    reads,
    nodes,
    store,
    secret,
    time: systemTime,
    log,
    tracing,
  };
  const { mails, desk: webhooks, shared } = await startOutgoing(config, outgoing, parts);
  const erasing = erasingOf(people, (keyId) => mails.forget(keyId));
  if (config.databaseUrl !== undefined) {
    const erasure = commands.erasure(erasing.people);
    await startHandingOver(people, erasure, { time: systemTime, log }, parts);
  }
  const payments = await startPayments(config, secret, { time: systemTime, log }, parts);
  const shop = await startShop(
    {
      ...{ store, folds, commands, reads, pricing, memory, log, tracing },
      progress: projector,
      ...{ secret, payments, contacts },
      people: erasing.people,
      furtherReactions: [erasing.reaction],
      sharedReactions: shared,
      limits: config.cartLimits,
      abandonAfterMs: config.abandonCartsAfterMs,
      timeZone: config.shopTimeZone,
      refusalMs: REFUSAL_MS,
      time: systemTime,
    },
    parts,
  );
  const relay = startRelay(config, eventLog, log, parts);
  const running = { store, reads, projector, drift, desk, webhooks, relay, telemetry };
  const service = { config, log, ...running };
  const url = await startHttp(service, shop, api, parts);
  await noteLog(config.dataDir, await firstEventId(store, log));
  if (eventLog.isEmbedded) await announce(config, eventLog, url, parts);
  return {
    url,
    failure: Promise.race([eventLog.failure, projector.failure]),
    stop: () => parts.stop(),
  };
}

/** What reads and writes the log, and the rows that are computed from it. */
async function startShopLog(
  config: Config,
  log: Logger,
  parts: StartedParts,
  tracing: Tracing | undefined,
) {
  const starting = startLog(config, parts, log);
  const projectorThread = openProjectorThread();
  parts.add('projector thread', async () => {
    await projectorThread.terminate();
  });
  const eventLog = await starting;
  parts.add('data folder', ownDataFolder(config.dataDir));
  for (const found of clearDataFolder(config.dataDir)) {
    log.warn(found, 'what lies in the data folder cannot be used: it is put aside, and made anew');
  }
  await demandFreePort(config);
  const nodes = new StoreNodes(eventLog.connectionString);
  const store = new EventStore(nodes);
  parts.add('event store', () => store.close());
  await turnFolderToLog(config, store, log);
  const pricing = await loadPricing(config.pricingRules);
  const folds = openFolds(config, store, log, parts);
  const commands = createShopCommands(store, systemTime, pricing, {
    folds,
    holdMs: config.checkoutHoldMs,
    tracing,
  });
  followRemovals(commands, store, log, parts);
  // The seed mostly waits for the disk; meanwhile the read models can start.
  const [{ projector, reads }] = await Promise.all([
    startReadModels(config, eventLog, store, log, parts, { opened: projectorThread, tracing }),
    config.production ? undefined : seedUnlessTaken(commands, eventLog, store, log),
  ]);
  return { eventLog, nodes, store, pricing, folds, commands, projector, reads };
}

async function makePrivateFolder({ dataDir }: Config, log: Logger): Promise<void> {
  await makeDataFolder(dataDir);
  const paths = await narrowFiles(dataDir);
  if (paths.length > 0) log.warn({ paths }, 'other users may read these files of the data folder');
}

/** Each instance keeps its own snapshots: any instance can fold any stream. */
function openFolds(
  { dataDir }: Config,
  store: EventStore,
  log: Logger,
  parts: StartedParts,
): StreamFolds {
  const onFault = (err: unknown) =>
    log.warn({ err }, 'streams are folded without snapshots for now');
  const snapshots = new Snapshots(dataDir, { onFault, clock: systemTime.now });
  const folds = new StreamFolds(store, snapshots, onFault);
  parts.add('snapshots', async () => {
    await folds.settled();
    snapshots.close();
  });
  return folds;
}

function watchDrift(
  { dataDir, databaseUrl, pricingRules }: Config,
  progress: RunningProjector,
  log: Logger,
  parts: StartedParts,
): DriftWatch {
  const drift = DriftWatch.start({
    dataDir,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(pricingRules !== undefined && { pricingRules }),
    progress,
    onFault: (err) => log.warn({ err }, 'the drift of a standby generation could not be measured'),
  });
  parts.addActivity('drift', () => drift.stop());
  return drift;
}

/**
 * All instances must make the same tokens; otherwise a retried command would return another one.
 */
async function secretOf({ cartTokenSecret, dataDir }: Config): Promise<Buffer> {
  return cartTokenSecret === undefined ? loadSecret(dataDir) : Buffer.from(cartTokenSecret);
}

/**
 * Records the log's address for the command line. Only the log's owner may, which an embedded node
 * proves.
 */
async function announce(
  { dataDir }: Config,
  { connectionString }: EventLog,
  url: string,
  parts: StartedParts,
): Promise<void> {
  await writeEndpoint(dataDir, { pid: process.pid, connectionString, url });
  parts.addActivity('endpoint file', () => removeEndpoint(dataDir));
}
