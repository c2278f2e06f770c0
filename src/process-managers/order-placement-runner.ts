// Runs order placement beside the service: every checkout in the log gets its order, also one whose
// service died before it had placed it.
import { join } from 'node:path';
import { cartAggregate } from '../commands/aggregates.js';
import { recorded } from '../event-store/recorded.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { PositionFile } from '../subscriptions/position-file.js';
import { react, type OrderPlacement } from './order-placement.js';
import { runSubscription } from '../subscriptions/subscription.js';

export interface RunningPlacement {
  /** Settles with the error when an order could not be placed for another reason than the store. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

export interface PlacementOptions {
  readonly store: EventStore;
  readonly placement: OrderPlacement;
  readonly dataDir: string;
  readonly onFault: (fault: unknown) => void;
}

/** A position that is a little old costs a few looks at events that were handled. */
const saveIntervalMs = 5_000;
const prefix = 'cart-';

export async function startOrderPlacement(options: PlacementOptions): Promise<RunningPlacement> {
  const file = new PositionFile(join(options.dataDir, 'order-placement.position'));
  const stopping = new AbortController();
  const after = await file.load();
  let handled = after;
  let saved = after;
  const save = async () => {
    if (handled === saved) return;
    saved = handled;
    await file.save(handled);
  };
  const timer = setInterval(() => void save().catch(options.onFault), saveIntervalMs);
  const running = runSubscription({
    store: options.store,
    prefixes: [prefix],
    types: ['CartCheckedOut'],
    after,
    signal: stopping.signal,
    onFault: options.onFault,
    handle: async (batch) => {
      for (const stored of batch) {
        await place(options.placement, stored, stopping.signal);
        // Cut short, the order may not have been placed: it is looked at again after the next start.
        if (stopping.signal.aborted) return;
        handled = stored.position;
      }
    },
  });
  return {
    failure: new Promise((resolve) => {
      running.catch((error: unknown) =>
        resolve(new Error('Order placement stopped', { cause: error })),
      );
    }),
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await running;
      await save();
    },
  };
}

async function place(
  placement: OrderPlacement,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<void> {
  if (stored.type !== 'CartCheckedOut') return;
  const event = recorded(cartAggregate.codec, stored);
  for (const command of react(stored.stream.slice(prefix.length), event)) {
    await placement.carryOut(command, signal);
  }
}
