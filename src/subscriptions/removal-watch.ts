// Follows what the store itself does to streams while the service runs: deletions, and changes of
// the metadata by which it removes events. A cache of folded state must not outlive the events.
import {
  METADATA_TYPE,
  type Removal,
  removalOf,
  subjectOf,
  TOMBSTONE,
} from '../event-store/stream-removal.js';
import type { Time } from '../waiting/time.js';
import { followFromTheEnd } from './from-the-end.js';
import type { FollowedLog } from './subscription.js';

export interface RemovalListener {
  /** The store takes events of the stream away, now or later; undefined: it no longer does. */
  noteRemoval(stream: string, removal: Removal | undefined): void;
  /** Removals may have been missed: nothing that is cached can be relied on. */
  forgetAll(): void;
}

export interface RemovalWatchOptions {
  readonly store: FollowedLog;
  /** Only streams whose names start with one of these. */
  readonly prefixes: readonly string[];
  readonly listener: RemovalListener;
  /** Called with each fault from which it recovers. */
  readonly onFault: (fault: unknown) => void;
  readonly signal: AbortSignal;
  /** Default: the system's time. */
  readonly time?: Time;
}

/** Resolves after `signal`. */
export function watchRemovals(options: RemovalWatchOptions): Promise<void> {
  const { prefixes, listener, ...followed } = options;
  return followFromTheEnd({
    ...followed,
    ...{ prefixes, lasting: prefixes, types: [METADATA_TYPE, TOMBSTONE], withStoreEvents: true },
    // Only streams that are loaded from now on are checked for lost events when they are loaded.
    onBegin: () => listener.forgetAll(),
    handle: (batch) => {
      for (const stored of batch) {
        const stream = subjectOf(stored);
        const isOurs = prefixes.some((prefix) => stream.startsWith(prefix));
        if (isOurs) listener.noteRemoval(stream, removalOf(stored));
      }
      return Promise.resolve();
    },
  });
}
