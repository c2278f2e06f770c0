// Follows what the store itself does to streams while the service runs: deletions, and changes of
// the metadata by which it removes events. A cache of folded state must not outlive the events.
import type { EventStore } from '../event-store/event-store.js';
import {
  METADATA_TYPE,
  type Removal,
  removalOf,
  subjectOf,
  TOMBSTONE,
} from '../event-store/stream-removal.js';
import { orAborted } from '../waiting/or-aborted.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import { type FollowedLog, runSubscription } from './subscription.js';

export interface RemovalListener {
  /** The store takes events of the stream away, now or later; undefined: it no longer does. */
  noteRemoval(stream: string, removal: Removal | undefined): void;
  /** Removals may have been missed: nothing that is cached can be relied on. */
  forgetAll(): void;
}

export interface RemovalWatchOptions {
  readonly store: FollowedLog & Pick<EventStore, 'headPosition'>;
  /** Only streams whose names start with one of these. */
  readonly prefixes: readonly string[];
  readonly listener: RemovalListener;
  /** Called with each fault from which it recovers. */
  readonly onFault: (fault: unknown) => void;
  readonly signal: AbortSignal;
  /** Default: the system's time. */
  readonly time?: Time;
}

const PAUSE_MS = { least: 250, most: 2_000 };

/** Resolves after `signal`. */
export async function watchRemovals(options: RemovalWatchOptions): Promise<void> {
  const { store, prefixes, listener, onFault, signal, time = systemTime } = options;
  const follow = async () => {
    const after = await orAborted(store.headPosition(), signal);
    if (after === undefined) return;
    // Only streams that are loaded from now on are checked for lost events when they are loaded.
    listener.forgetAll();
    await runSubscription({
      ...{ store, prefixes, lasting: prefixes, after, signal, onFault, time },
      types: [METADATA_TYPE, TOMBSTONE],
      withStoreEvents: true,
      handle: (batch) => {
        for (const stored of batch) {
          const stream = subjectOf(stored);
          const isOurs = prefixes.some((prefix) => stream.startsWith(prefix));
          if (isOurs) listener.noteRemoval(stream, removalOf(stored));
        }
        return Promise.resolve();
      },
    });
  };
  await retryingUntilAborted(follow, {
    ...{ pauseMs: PAUSE_MS, signal, time, onFailure: onFault },
    // Such as a log that was replaced, which is followed from its end again.
    retryIf: () => true,
  });
}
