// The options of a rebuild, and its progress reports.
import type { EventStore } from '../event-store/event-store.js';
import type { ErrorPolicy } from '../projections/generation-writer.js';
import type { AnyProjection } from '../projections/registry.js';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Time } from '../waiting/time.js';

export interface RebuildProgress {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** From 0 to 1, by position in the log. */
  readonly done: number;
  /** Undefined until there is an estimate. */
  readonly secondsLeft: number | undefined;
}

/** The source of the log. */
export type ReadLog = Pick<EventStore, 'readAllInBatches'>;

export interface RebuildOptions {
  readonly store: ReadLog & Pick<EventStore, 'headPosition' | 'firstPositionFrom'>;
  /** Reads most of the log instead, for example in a separate thread; `store` reads the rest. */
  readonly bulkReader?: ReadLog;
  readonly rows: RowStore;
  /** The replay's holder, which every write checks; see `whileReplaying`. */
  readonly holder: ReplayHolder;
  /** The projections to rebuild, one version of each. */
  readonly projections: readonly AnyProjection[];
  readonly onError: ErrorPolicy;
  /** Slows down while the shop sells. */
  readonly isThrottled?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Called while the rebuild waits for an unavailable database. */
  readonly onWait?: (error: unknown) => void;
  /** Stops the rebuild after the current batch; the next rebuild continues from there. */
  readonly signal?: AbortSignal;
  readonly time?: Time;
}
