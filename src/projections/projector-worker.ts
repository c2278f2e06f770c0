// The projector's thread: decoding, folding and SQLite are synchronous work that must not hold up a
// mutation. What it does is in projector-loop.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import { loadPricing } from '../pricing/pricing-module.js';
import { openRowStore } from '../read-models/open.js';
import type { ErrorPolicy } from './generation-writer.js';
import { ProjectorLoop } from './projector-loop.js';
import type { FromProjector } from './projector-progress.js';
import { projectionsOf } from './registry.js';

export interface ProjectorWorkerData {
  readonly connectionString: string;
  readonly dataDir: string;
  /** Of Postgres; without it, the read models are in a file of `dataDir`. */
  readonly databaseUrl?: string;
  /** Module of the pricing rules; without it, the built-in ones. */
  readonly pricingRules?: string;
  /** Default: stop. */
  readonly onError?: ErrorPolicy;
}

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { connectionString, pricingRules, onError, ...place } = workerData as ProjectorWorkerData;

const stopping = new AbortController();
parent.once('message', () => stopping.abort());
const listener = (message: FromProjector) => parent.postMessage(message);
const store = EventStore.connect(connectionString);
const rows = await openRowStore(place);
const projections = projectionsOf(await loadPricing(pricingRules));
const { signal } = stopping;
await ProjectorLoop.run({ store, rows, projections, onError, listener, signal });
await rows.close();
await store.close();
listener({ type: 'stopped' });
parent.close();
