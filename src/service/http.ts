// Starts the API over the parts that run: GraphQL, websockets, pages, health and metrics.
import type { Config } from './config.js';
import { developmentSignIn } from './development-sign-in.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import type { Outgoing } from './outgoing.js';
import type { ProjectionStatus } from '../projections/projection-status.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { ReadModels } from '../read-models/read-models.js';
import type { DriftWatch } from '../replay/drift-watch.js';
import type { ReplayDesk } from '../replay/replay-desk.js';
import { readinessOf } from './readiness.js';
import type { RunningRelay } from './relay.js';
import { staffReplays } from './replays.js';
import type { RunningShop } from './shop.js';
import type { StartedParts } from './started-parts.js';
import { exportMetrics } from './telemetry.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { createTokenVerifier } from '../tokens/sign-in.js';

/** The parts that the API and its metrics show. */
export interface ServedParts {
  readonly config: Config;
  readonly log: Logger;
  readonly store: EventStore;
  readonly reads: ReadModels;
  readonly projector: RunningProjector;
  readonly drift: DriftWatch;
  readonly desk: ReplayDesk;
  readonly webhooks: Outgoing['desk'];
  readonly relay: RunningRelay | undefined;
  readonly telemetry: Telemetry | undefined;
}

/** Loaded after NODE_ENV is set, because these modules load the libraries that check it. */
export async function loadApi({ federation }: Config) {
  // The decorators of the API's classes need it first; a bundler may put them before its import.
  await import('reflect-metadata');
  const { createSchema } = await import('../graphql/schema.js');
  const { startServer } = await import('../http/server.js');
  const { Metrics } = await import('../http/metrics.js');
  const { watchRelay } = await import('../http/relay-metrics.js');
  const schema = await createSchema({ federation });
  return { schema, startServer, Metrics, watchRelay };
}

/** Resolves with the URL. @throws the system's error for a port */
export async function startHttp(
  service: ServedParts,
  { services, reactions }: RunningShop,
  { schema, startServer, Metrics, watchRelay }: Awaited<ReturnType<typeof loadApi>>,
  parts: StartedParts,
): Promise<string> {
  const { config, log, projector, drift, desk, reads } = service;
  const metrics = new Metrics(() =>
    projector.status().map((status) => ({ ...status, drift: nextDrift(status, drift) })),
  );
  metrics.watchReactions(reactions);
  if (service.relay !== undefined) watchRelay(metrics.registry, service.relay.status);
  const tracing = service.telemetry?.traces?.tracing;
  const server = await startServer({
    ...config,
    schema,
    services: {
      ...services,
      driftOf: drift.of,
      replays: staffReplays(desk, reads),
      webhooks: service.webhooks,
      countCommand: (command, outcome) => metrics.countCommand(command, outcome),
      tracing,
    },
    verify: await createTokenVerifier({ ...config.jwt, dataDir: config.dataDir }),
    mintSignIn: developmentSignIn(config),
    readiness: readinessOf(service),
    shown: service.relay && [service.relay],
    metrics,
    log,
    tracing,
  });
  parts.addActivity('http', () => server.stop());
  await exportMetrics(service.telemetry, metrics.registry, parts);
  return server.url;
}

/** The drift of the next generation to promote. */
function nextDrift({ name, generation, others }: ProjectionStatus, drift: DriftWatch) {
  const next = others.findLast(
    (other) => other.status === 'STANDBY' && other.generation > generation,
  );
  return next === undefined ? null : drift.of(name, generation, next.generation);
}
