// The progress of each live read model, computed from the log, so it works without a running
// server.
import type { EventStore } from '../event-store/event-store.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import { isOutdated, newestOf } from './projector.js';
import type { AnyProjection } from './registry.js';
import { projectedPrefixes } from './shop-events.js';

export interface ReadModelProgress {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly isPaused: boolean;
  /** Whether this build's code would make other rows, or might. */
  readonly rebuildDue: boolean;
  /** Commit position; −1 before the first event. */
  readonly position: string;
  /** Number of the shop's events after that position. */
  readonly lagEvents: number;
  /** Age of the oldest of those events in the store, in milliseconds. */
  readonly lagMs: number;
  /** Number of events that it skipped, including those that no read model could read. */
  readonly skipped: number;
}

type Lag = Pick<ReadModelProgress, 'lagEvents' | 'lagMs'>;

/** @param now in milliseconds since 1970 */
export async function readModelProgress(
  rows: Pick<RowStore, 'generations' | 'skipped'>,
  store: Pick<EventStore, 'readAll'>,
  projections: readonly AnyProjection[],
  now: number,
): Promise<readonly ReadModelProgress[]> {
  const live = (await rows.generations()).filter(({ status }) => status === 'LIVE');
  const skipped = await rows.skipped();
  const lags = await lagsOf(store, live, now);
  const newest = newestOf(projections);
  return live.map((one) => ({
    name: one.name,
    generation: one.generation,
    version: one.version,
    isPaused: one.isPaused,
    rebuildDue: newest.some((projection) => isOutdated(one, projection)),
    position: String(one.checkpoint),
    ...(lags.get(one.name) ?? { lagEvents: 0, lagMs: 0 }),
    skipped: skipped.filter(({ name }) => name === one.name || name === '*').length,
  }));
}

async function lagsOf(
  store: Pick<EventStore, 'readAll'>,
  live: readonly Generation[],
  now: number,
): Promise<ReadonlyMap<string, Lag>> {
  const lags = new Map(live.map(({ name }) => [name, { lagEvents: 0, lagMs: 0 }]));
  const least = live.reduce<bigint | undefined>(
    (so, { checkpoint }) => (so === undefined || checkpoint < so ? checkpoint : so),
    undefined,
  );
  if (least === undefined) return lags;
  const from = least < 0n ? {} : { after: least };
  for await (const event of store.readAll({ prefixes: projectedPrefixes, ...from })) {
    for (const { name, checkpoint } of live) {
      const lag = lags.get(name);
      if (lag === undefined || event.position <= checkpoint) continue;
      if (lag.lagEvents === 0) lag.lagMs = Math.max(0, now - event.recordedAt);
      lag.lagEvents += 1;
    }
  }
  return lags;
}
