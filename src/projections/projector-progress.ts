// The messages from the projector's thread to the service.
import type { Generation } from '../read-models/table.js';
import type { MeasuredSpan } from '../tracing/tracing.js';
import type { ProjectionState } from './projection-status.js';

/** Sent after each commit and each change of state. */
export interface ProjectorProgress {
  readonly type: 'progress';
  readonly generations: readonly ToldGeneration[];
  readonly rebuildsDue: readonly string[];
  readonly state: ProjectionState;
  /** The log was replaced: all rows were removed and return as the log is read again. */
  readonly isStartingOver: boolean;
  /** Commit position of the last applied event, as a decimal number; "-1" before the first. */
  readonly position: string;
  /** When the store recorded that event, in milliseconds since 1970; 0 before the first. */
  readonly recordedAt: number;
  /**
   * Number of events that this thread has applied, and the range of positions that they covered.
   */
  readonly applied: number;
  readonly error: string | null;
  /** Read models with a row that this commit changed. */
  readonly changed: readonly string[];
}

export interface ToldGeneration extends Pick<
  Generation,
  'name' | 'generation' | 'version' | 'status' | 'isPaused'
> {
  readonly wasLive: boolean;
  /**
   * A frozen generation's checkpoint at the last registry read; for the others use the projector's
   * own position.
   */
  readonly position: string;
  /** Why it is frozen; null for a generation that is kept up to date. */
  readonly frozen: string | null;
}

/** One line for the operator. */
export interface ProjectorNotice {
  readonly type: 'notice';
  readonly message: string;
}

/** Sent after a batch with events of sampled traces. */
interface ProjectorSpans {
  readonly type: 'spans';
  readonly spans: readonly MeasuredSpan[];
}

export type FromProjector =
  ProjectorProgress | ProjectorNotice | ProjectorSpans | { readonly type: 'stopped' };
