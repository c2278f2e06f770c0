// The projector's thread. Decoding, folding and SQLite block, and must not delay mutations. The
// loop is in projector-loop.ts.
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import { loadPricing } from '../pricing/pricing-module.js';
import { openRowStore } from '../read-models/open.js';
import type { ErrorPolicy } from './generation-writer.js';
import type { SpanTaker } from './projection-spans.js';
import { ProjectorLoop } from './projector-loop.js';
import type { FromProjector } from './projector-progress.js';
import { projectionsOf } from './registry.js';

/** The thread's first message. */
export interface ProjectorTask {
  readonly connectionString: string;
  readonly dataDir: string;
  /** URL of a Postgres database; default: a SQLite file in `dataDir`. */
  readonly databaseUrl?: string;
  /** Module with the pricing rules; default: the built-in ones. */
  readonly pricingRules?: string;
  /** Default: stop. */
  readonly onError?: ErrorPolicy;
  /** Whether it tells the spans of what it applies. */
  readonly isTraced: boolean;
}

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const [task] = (await once(parent, 'message')) as [ProjectorTask];
const { connectionString, pricingRules, onError, isTraced, ...place } = task;

const stopping = new AbortController();
parent.once('message', () => stopping.abort());
const listener = (message: FromProjector) => parent.postMessage(message);
const store = EventStore.connect(connectionString);
const rows = await openRowStore(place);
const projections = projectionsOf(await loadPricing(pricingRules));
const { signal } = stopping;
const onSpans: SpanTaker | undefined = isTraced
  ? (spans) => listener({ type: 'spans', spans })
  : undefined;
await ProjectorLoop.run({ store, rows, projections, onError, listener, onSpans, signal });
await rows.close();
await store.close();
listener({ type: 'stopped' });
parent.close();
