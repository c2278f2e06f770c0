// What a rebuild needs, and what it reports while it runs.
import type { EventStore } from '../event-store/event-store.js';
import type { ErrorPolicy } from '../projections/generation-writer.js';
import type { AnyProjection } from '../projections/registry.js';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { RowStore } from '../read-models/row-store.js';
import type { ReadModelsUnavailableError } from '../read-models/unavailable.js';

export interface RebuildProgress {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** From 0 to 1, by position in the log. */
  readonly done: number;
  /** Undefined until it can be told. */
  readonly secondsLeft: number | undefined;
}

/** Where the log is read. */
export type ReadLog = Pick<EventStore, 'readAllInBatches'>;

export interface RebuildOptions {
  readonly store: ReadLog;
  /**
   * Reads the bulk of it instead, where a thread of its own pays; what is left over is read by
   * `store`.
   */
  readonly bulkReader?: ReadLog;
  readonly rows: RowStore;
  /** In whose name it writes; see `whileReplaying`. */
  readonly holder: ReplayHolder;
  /** What is to be rebuilt: one version of each. */
  readonly projections: readonly AnyProjection[];
  readonly onError: ErrorPolicy;
  /** Slows down while the shop is selling. */
  readonly isThrottled?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** The database is away, and is waited for. */
  readonly onWait?: (error: ReadModelsUnavailableError) => void;
  /** Stops it after the batch at hand; what is filled stays, for the next to go on with. */
  readonly signal?: AbortSignal;
}
