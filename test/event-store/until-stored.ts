// Waits for events of a log that a test did not append itself.
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { runSubscription } from '../../src/subscriptions/subscription.js';

interface Sought {
  /** Of the streams' names. */
  readonly prefixes: readonly string[];
  /** Default: from the first event. */
  readonly after?: bigint;
  /** Called once with each event, in the order of the log. Default: the first one is sought. */
  readonly isIt?: (event: StoredEvent) => boolean;
}

/**
 * The first such event, as soon as it is stored. It reads on where the store has dropped it, as that
 * drops a reader on a busy machine.
 */
export async function untilStored(
  store: EventStore,
  { prefixes, after = -1n, isIt = () => true }: Sought,
): Promise<StoredEvent> {
  const over = new AbortController();
  let found: StoredEvent | undefined;
  await runSubscription({
    ...{ store, prefixes, after },
    signal: over.signal,
    handle: (batch) => {
      found ??= batch.find(isIt);
      if (found !== undefined) over.abort();
      return Promise.resolve();
    },
  });
  if (found === undefined) throw new Error('The subscription ended');
  return found;
}
