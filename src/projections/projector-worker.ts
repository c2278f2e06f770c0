// The projector's thread. Decoding, folding and SQLite block, and must not delay mutations. The
// loop is in projector-loop.ts.
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import { loadPricing } from '../pricing/pricing-module.js';
import { openRowStore } from '../read-models/open.js';
import { untilAborted } from '../waiting/or-aborted.js';
import { delay, systemTime } from '../waiting/time.js';
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

/** What a commit under way has at a stop, in milliseconds. */
const COMMIT_MS = 1_000;

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
const options = { store, rows, projections, onError, listener, onSpans, signal };
const running = ProjectorLoop.run(options);
await Promise.race([running, stopIsLate()]);
// What still waits for a database that does not answer fails now.
await rows.close();
await running;
await store.close();
listener({ type: 'stopped' });
parent.close();

async function stopIsLate(): Promise<void> {
  await untilAborted(signal);
  await delay({ after: systemTime.background }, COMMIT_MS);
}
