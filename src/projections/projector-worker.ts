// The projector's thread: decoding, folding and SQLite are synchronous work that must not hold up a
// mutation. It tells the service after every commit how far the read models have come, and begins
// anew whenever an operator has changed which generations there are.
import { parentPort, workerData } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { SqliteRowStore } from '../read-models/sqlite/row-store.js';
import type { Generation } from '../read-models/table.js';
import { runSubscription } from '../subscriptions/subscription.js';
import type { ErrorPolicy } from './filling.js';
import { loadPricing } from './pricing-module.js';
import type { ProjectionState } from './projection-status.js';
import { Projector, RegistryMovedError } from './projector.js';
import { projectionsOf } from './registry.js';
import { projectedPrefixes } from './shop-events.js';

export interface ProjectorWorkerData {
  readonly connectionString: string;
  readonly dataDir: string;
  /** Module of the pricing rules; without it, the built-in ones. */
  readonly pricingRules?: string;
  /** Default: stop. */
  readonly onError?: ErrorPolicy;
}

/** What the thread tells after each commit, and when its state changes. */
export interface ProjectorProgress {
  readonly type: 'progress';
  readonly generations: readonly ToldGeneration[];
  readonly rebuildsDue: readonly string[];
  readonly state: ProjectionState;
  /** Of the last event applied, as a decimal number; "-1" before the first. */
  readonly position: string;
  /** When the store recorded that event, in milliseconds since 1970; 0 before the first. */
  readonly recordedAt: number;
  /** Events applied by this thread so far, and the positions that they spanned. */
  readonly applied: number;
  readonly error: string | null;
  /** Read models of which this commit changed a row. */
  readonly changed: readonly string[];
}

export interface ToldGeneration extends Pick<
  Generation,
  'name' | 'generation' | 'version' | 'status'
> {
  /** Where it was when this was last looked up; the projector's own position counts for the others. */
  readonly position: string;
  /** Why it is left as it is; null for one that is kept up to date. */
  readonly frozen: string | null;
}

export type FromProjector = ProjectorProgress | { readonly type: 'stopped' };

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { connectionString, dataDir, pricingRules, onError } = workerData as ProjectorWorkerData;

/** How often it is looked whether the generations on record are still the same. */
const LOOK_MS = 250;

const store = EventStore.connect(connectionString);
const rows = SqliteRowStore.open(dataDir);
const projections = projectionsOf(await loadPricing(pricingRules));
const stopping = new AbortController();
let projector = await startProjector();
let generations: readonly ToldGeneration[] = [];
let state: ProjectionState = 'CATCHING_UP';
let error: string | null = null;
let applied = 0;
let recordedAt = 0;

function startProjector(): Promise<Projector> {
  return Projector.start(rows, projections, { ...(onError && { onError }) });
}

function tell(changed: readonly string[] = []): void {
  const progress: ProjectorProgress = {
    type: 'progress',
    generations,
    rebuildsDue: projector.rebuildsDue,
    state,
    position: String(projector.checkpoint),
    recordedAt,
    applied,
    error,
    changed,
  };
  parent?.postMessage(progress);
}

async function lookUpGenerations(): Promise<void> {
  const frozen = new Map(
    projector.frozen.map(({ generation, reason }) => [idOf(generation), reason]),
  );
  generations = (await rows.generations()).map((one) => ({
    name: one.name,
    generation: one.generation,
    version: one.version,
    status: one.status,
    position: String(one.checkpoint),
    frozen: frozen.get(idOf(one)) ?? null,
  }));
}

function idOf({ name, generation }: Pick<Generation, 'name' | 'generation'>): string {
  return `${name}/${generation}`;
}

async function apply(batch: readonly StoredEvent[]): Promise<void> {
  const changed = await projector.apply(batch);
  applied += batch.length;
  recordedAt = batch.at(-1)?.recordedAt ?? recordedAt;
  tell(changed);
}

/** Ends when the generations on record have changed, or with the service. */
async function project(): Promise<void> {
  const moved = new AbortController();
  const timer = setInterval(() => {
    projector.isCurrent().then(
      (isCurrent) => {
        if (!isCurrent) moved.abort();
      },
      () => moved.abort(),
    );
  }, LOOK_MS);
  try {
    await runSubscription({
      store,
      prefixes: projectedPrefixes,
      after: projector.checkpoint,
      handle: apply,
      onState: (next) => {
        const named = next === 'live' ? 'LIVE' : 'CATCHING_UP';
        if (named === state) return;
        state = named;
        tell();
      },
      signal: AbortSignal.any([stopping.signal, moved.signal]),
    });
  } catch (fault) {
    if (!(fault instanceof RegistryMovedError)) throw fault;
  } finally {
    clearInterval(timer);
  }
}

parent.once('message', () => stopping.abort());
await lookUpGenerations();
tell();
try {
  while (!stopping.signal.aborted) {
    await project();
    projector = await startProjector();
    await lookUpGenerations();
    tell(projector.names);
  }
} catch (fault) {
  state = 'STOPPED';
  error = fault instanceof Error ? fault.message : String(fault);
  tell();
  // It stays, so that queries go on and operators can see why it stopped, until the service ends.
  if (!stopping.signal.aborted) {
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  }
}
await rows.close();
await store.close();
parent.postMessage({ type: 'stopped' } satisfies FromProjector);
parent.close();
