// `cartograph projections`: how far each read model is that is served, and what waits or stands by;
// holds one where it is, and lets it go on. What it changes a running server takes up within a second.
import type { Config } from '../../service/config.js';
import type { EventStore } from '../../event-store/event-store.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { isOutdated, newestOf } from '../../projections/projector.js';
import { type AnyProjection, projectionsOf } from '../../projections/registry.js';
import { projectedPrefixes } from '../../projections/shop-events.js';
import type { RowStore } from '../../read-models/row-store.js';
import type { Generation } from '../../read-models/table.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { withRows } from '../read-model-rows.js';
import { withExistingStore } from '../with-store.js';

export interface ProjectionsOptions {
  readonly pause?: string;
  readonly resume?: string;
  readonly json: boolean;
}

interface Shown {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly isPaused: boolean;
  readonly rebuildDue: boolean;
  /** Commit position; −1 before the first event. */
  readonly position: string;
  /** Events of the shop after that. */
  readonly lagEvents: number;
  /** How long the oldest of those has been stored, in milliseconds. */
  readonly lagMs: number;
  /** Events that it passed over, those included that none could read. */
  readonly skipped: number;
}

export async function runProjections(config: Config, options: ProjectionsOptions): Promise<number> {
  const projections = newestOf(projectionsOf(await loadPricing(config.pricingRules)));
  const { pause, resume, json } = options;
  return withRows(config, async (rows) => {
    if (pause !== undefined) await rows.setPaused(known(projections, pause), true);
    if (resume !== undefined) await rows.setPaused(known(projections, resume), false);
    const shown = await withExistingStore(config, (store) => look(rows, store, projections));
    if (json) await print(JSON.stringify({ projections: shown }));
    else for (const one of shown) await print(inWords(one));
    return EXIT.done;
  });
}

function known(projections: readonly AnyProjection[], name: string): string {
  if (projections.some((projection) => projection.name === name)) return name;
  const names = projections.map((projection) => projection.name).join(', ');
  throw new CommandFailure(EXIT.usage, `There is no read model ${name}; there are ${names}`);
}

async function look(
  rows: RowStore,
  store: EventStore,
  projections: readonly AnyProjection[],
): Promise<readonly Shown[]> {
  const served = (await rows.generations()).filter(({ status }) => status === 'LIVE');
  const skipped = await rows.skipped();
  const lags = await lagsOf(store, served);
  return served.map((one) => ({
    name: one.name,
    generation: one.generation,
    version: one.version,
    isPaused: one.isPaused,
    rebuildDue: projections.some((newest) => isOutdated(one, newest)),
    position: String(one.checkpoint),
    ...(lags.get(one.name) ?? { lagEvents: 0, lagMs: 0 }),
    skipped: skipped.filter(({ name }) => name === one.name || name === '*').length,
  }));
}

/** Counted in the log, so that it is told also where no server runs. */
async function lagsOf(store: EventStore, served: readonly Generation[]) {
  const lags = new Map(served.map(({ name }) => [name, { lagEvents: 0, lagMs: 0 }]));
  const least = served.reduce<bigint | undefined>(
    (so, { checkpoint }) => (so === undefined || checkpoint < so ? checkpoint : so),
    undefined,
  );
  if (least === undefined) return lags;
  const from = least < 0n ? {} : { after: least };
  for await (const event of store.readAll({ prefixes: projectedPrefixes, ...from })) {
    for (const { name, checkpoint } of served) {
      const lag = lags.get(name);
      if (lag === undefined || event.position <= checkpoint) continue;
      if (lag.lagEvents === 0) lag.lagMs = Math.max(0, Date.now() - event.recordedAt);
      lag.lagEvents += 1;
    }
  }
  return lags;
}

function inWords({ name, generation, version, position, ...one }: Shown): string {
  const remarks = [
    one.lagEvents === 0 ? 'up to date' : `${one.lagEvents} events behind`,
    ...(one.isPaused ? ['paused'] : []),
    ...(one.rebuildDue ? ['rebuild due'] : []),
    ...(one.skipped > 0 ? [`${one.skipped} events skipped`] : []),
  ];
  return `${name}: generation ${generation}, version ${version}, at position ${position}: ${remarks.join(', ')}`;
}
