// The service's read models: the projector that fills them, and the queries. Their database may
// start at the same time, so the start waits for it.
import { join } from 'node:path';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import type { Worker } from 'node:worker_threads';
import { startProjector } from '../projections/projector-thread.js';
import { openReadModels } from '../read-models/open.js';
import { FILE_NAME } from '../read-models/sqlite.js';
import { putAsideIfDamaged } from '../read-models/damaged-file.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import type { MeasuredSpan, Tracing } from '../tracing/tracing.js';
import type { Config } from './config.js';
import type { EventLog } from './event-log.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { StartedParts } from './started-parts.js';

interface ProjectorParts {
  /** The thread of the first try. */
  readonly opened: Worker;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
}

/** @throws ReadModelsUnavailableError when the database stays unavailable */
export async function startReadModels(
  config: Config,
  { connectionString }: EventLog,
  store: EventStore,
  log: Logger,
  parts: StartedParts,
  { opened, tracing }: ProjectorParts,
) {
  let thread: Worker | undefined = opened;
  const onSpans = tracing && ((spans: readonly MeasuredSpan[]) => tracing.take(spans));
  const { dataDir, databaseUrl, pricingRules, projectionOnError } = config;
  const place = { dataDir, ...(databaseUrl !== undefined && { databaseUrl }) };
  if (databaseUrl === undefined) await makeRoomForRows(dataDir, log);
  const problem = 'the database of the read models is not available yet';
  const projector = await retryWhileUnavailable(problem, log, () => {
    const first = thread;
    thread = undefined;
    return startProjector({
      thread: first,
      connectionString,
      ...place,
      ...(pricingRules !== undefined && { pricingRules }),
      onError: projectionOnError,
      headPosition: () => store.headPosition(),
      onNotice: (message) => log.warn(message),
      onSpans,
    });
  });
  parts.add('projector', () => projector.stop());
  const reads = await retryWhileUnavailable(problem, log, () => openReadModels(place));
  parts.add('read models', () => reads.close());
  return { projector, reads };
}

/** @throws ReadModelsUnavailableError for a sound file that cannot be used */
async function makeRoomForRows(dataDir: string, log: Logger): Promise<void> {
  try {
    const found = await putAsideIfDamaged(dataDir);
    if (found === undefined) return;
    const { file, as, reason } = found;
    log.warn(
      { file, putAsideAs: as, reason },
      'the file of the read models cannot be used: it was moved aside, and they are rebuilt',
    );
  } catch (error) {
    throw new ReadModelsUnavailableError(error, join(dataDir, FILE_NAME));
  }
}
