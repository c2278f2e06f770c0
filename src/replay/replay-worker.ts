// The thread of one replay. Folding, comparing and SQLite block, and customers must not wait for
// them. The session is that of the command line.
import { parentPort, workerData } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import { StoreNodes } from '../event-store/store-nodes.js';
import { StorePatience } from '../event-store/store-patience.js';
import { loadPricing } from '../pricing/pricing-module.js';
import { openRowSnapshot, openRowStore } from '../read-models/open.js';
import type { RowStore } from '../read-models/row-store.js';
import { systemTime } from '../waiting/time.js';
import { stopHolder } from './holder.js';
import { lowerThreadPriority } from './low-priority.js';
import { type Refusal, refused } from './outcomes.js';
import { RecordedReplays } from './recorded-replays.js';
import type { FromReplay, PromotionOrder, RebuildOrder, ReplayWorkerData } from './replay-order.js';
import { type PromotionChoice, ReplaySession } from './replay-session.js';

/** Earlier generations that stay for rollbacks. */
const KEPT = 2;
/** How long a replay waits for a log that is away. */
const PATIENCE = { longestMs: 120_000 };

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { order, place, connectionString, pricingRules, onError, id, by, reason } =
  workerData as ReplayWorkerData;

const stopping = new AbortController();
const stop = () => stopping.abort(new Error('The replay was stopped'));
parent.once('message', stop);
const tell = (message: FromReplay) => parent.postMessage(message);

const rows = await openRowStore(place);
try {
  const refusal = await carryOut(rows);
  // What was begun has told its end on record.
  tell(refusal ?? { kind: 'begun', id: null });
} catch (error) {
  if (!stopping.signal.aborted) throw error;
} finally {
  await rows.close();
  parent.close();
}

async function carryOut(rowStore: RowStore): Promise<Refusal<string> | undefined> {
  const session = new ReplaySession({
    rows: rowStore,
    openSnapshot: openExistingSnapshot,
    withLog: async (work) => {
      const nodes = new StoreNodes(connectionString);
      const store = new EventStore(nodes, systemTime, new StorePatience(PATIENCE));
      try {
        return await work({ store });
      } finally {
        await store.close();
      }
    },
    pricing: await loadPricing(pricingRules),
    onError,
    onStopAsked: stop,
  });
  const replays = new RecordedReplays({
    ...{ session, records: rowStore.replayRecords, id, by, reason },
    onBegun: (begun) => tell({ kind: 'begun', id: begun }),
    onEnding: () => tell({ kind: 'ending' }),
    onChange: () => tell({ kind: 'changed' }),
  });
  switch (order.kind) {
    case 'rebuild':
      return refusalOf(await replays.rebuild(choiceOf(order)));
    case 'promote':
      return refusalOf(await replays.promote(choiceOf(order)));
    case 'roll back': {
      const outcome = await replays.rollBack(order);
      if (outcome.kind === 'refused') return outcome;
      tell({ kind: 'begun', id: outcome.id ?? null });
      return undefined;
    }
    case 'drop old':
      return refusalOf(await session.dropOld(order.names));
    case 'drop new':
      return refusalOf(await session.dropNew(order.names));
    case 'pause':
      await rowStore.setPaused(order.name, order.isPaused);
      return undefined;
    case 'stop':
      return (await stopHolder(rowStore)) ? undefined : refused('NONE_RUNS', 'No replay runs');
  }
}

function choiceOf(asked: RebuildOrder | PromotionOrder): PromotionChoice {
  if (!asked.isFullSpeed) lowerThreadPriority();
  const isRebuild = asked.kind === 'rebuild';
  return {
    names: asked.names,
    keep: KEPT,
    isFresh: isRebuild && asked.isFresh,
    isReportAsked: isRebuild && asked.isReportAsked,
    isDriftAccepted: !isRebuild && asked.isDriftAccepted,
    isThrottled: !asked.isFullSpeed,
    signal: stopping.signal,
  };
}

async function openExistingSnapshot() {
  const snapshot = await openRowSnapshot(place);
  if (snapshot === undefined) throw new Error('There are no read models yet');
  return snapshot;
}

function refusalOf(outcome: { readonly kind: string } | Refusal<string>) {
  return 'message' in outcome ? outcome : undefined;
}
