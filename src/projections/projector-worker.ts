// The projector's thread: decoding, folding and SQLite are synchronous work that must not hold up a
// mutation. It tells the service after every commit how far the read models have come.
import { parentPort, workerData } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { SqliteRowStore } from '../read-models/sqlite/row-store.js';
import { runSubscription } from '../subscriptions/subscription.js';
import type { ProjectionState } from './projection-status.js';
import { Projector } from './projector.js';
import { loadPricing } from './pricing-module.js';
import { projectionsOf } from './registry.js';
import { projectedPrefixes } from './shop-events.js';

export interface ProjectorWorkerData {
  readonly connectionString: string;
  readonly dataDir: string;
  /** Module of the pricing rules; without it, the built-in ones. */
  readonly pricingRules?: string;
}

export interface FrozenReadModel {
  readonly name: string;
  readonly position: string;
  readonly reason: string;
}

/** What the thread tells after each commit, and when its state changes. */
export interface ProjectorProgress {
  readonly type: 'progress';
  readonly names: readonly string[];
  readonly frozen: readonly FrozenReadModel[];
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

export type FromProjector = ProjectorProgress | { readonly type: 'stopped' };

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { connectionString, dataDir, pricingRules } = workerData as ProjectorWorkerData;

const store = EventStore.connect(connectionString);
const projections = projectionsOf(await loadPricing(pricingRules));
const projector = await Projector.start(SqliteRowStore.open(dataDir), projections);
const stopping = new AbortController();
let state: ProjectionState = 'CATCHING_UP';
let error: string | null = null;
let applied = 0;
let recordedAt = 0;

function tell(changed: readonly string[] = []): void {
  const progress: ProjectorProgress = {
    type: 'progress',
    names: projector.names,
    frozen: projector.frozen.map(({ generation, reason }) => ({
      name: generation.name,
      position: String(generation.checkpoint),
      reason,
    })),
    state,
    position: String(projector.checkpoint),
    recordedAt,
    applied,
    error,
    changed,
  };
  parent?.postMessage(progress);
}

async function apply(batch: readonly StoredEvent[]): Promise<void> {
  const changed = await projector.apply(batch);
  applied += batch.length;
  recordedAt = batch.at(-1)?.recordedAt ?? recordedAt;
  tell(changed);
}

parent.once('message', () => stopping.abort());
tell();
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
    signal: stopping.signal,
  });
} catch (fault) {
  state = 'STOPPED';
  error = fault instanceof Error ? fault.message : String(fault);
  tell();
  // It stays, so that queries go on and operators can see why it stopped, until the service ends.
  if (!stopping.signal.aborted) {
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  }
}
await projector.close();
await store.close();
parent.postMessage({ type: 'stopped' } satisfies FromProjector);
parent.close();
