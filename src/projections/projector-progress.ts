// What the projector's thread tells the service.
import type { Generation } from '../read-models/table.js';
import type { ProjectionState } from './projection-status.js';

/** What the thread tells after each commit, and when its state changes. */
export interface ProjectorProgress {
  readonly type: 'progress';
  readonly generations: readonly ToldGeneration[];
  readonly rebuildsDue: readonly string[];
  readonly state: ProjectionState;
  /** The log was replaced: all rows were taken away, and come back as the log is read again. */
  readonly isStartingOver: boolean;
  /** Of the last event applied, as a decimal number; "-1" before the first. */
  readonly position: string;
  /** When the store recorded that event, in milliseconds since 1970; 0 before the first. */
  readonly recordedAt: number;
  /** Events applied by this thread so far, and the positions that they spanned. */
  readonly applied: number;
  readonly error: string | null;
  /** Read models of which this commit changed a row. */
  readonly changed: readonly string[];
}

export interface ToldGeneration extends Pick<
  Generation,
  'name' | 'generation' | 'version' | 'status'
> {
  /**
   * Where it was when this was last looked up; the projector's own position counts for the others.
   */
  readonly position: string;
  /** Why it is left as it is; null for one that is kept up to date. */
  readonly frozen: string | null;
}

/** Something that an operator should know of, as one line. */
export interface ProjectorNotice {
  readonly type: 'notice';
  readonly message: string;
}

export type FromProjector = ProjectorProgress | ProjectorNotice | { readonly type: 'stopped' };
