// How far each read model has come, as operators are told.
import type { GenerationStatus } from '../read-models/table.js';

export type ProjectionState = 'CATCHING_UP' | 'LIVE' | 'REBUILDING' | 'STOPPED';

export interface ProjectionStatus {
  readonly name: string;
  readonly state: ProjectionState;
  /** Commit position of the last event applied; null before the first. */
  readonly position: string | null;
  /** Events that have not been applied yet; an estimate while it is catching up. */
  readonly lagEvents: number;
  /** How long the oldest of those has waited, in milliseconds. */
  readonly lagMs: number;
  readonly error: string | null;
  /** Of the generation that is served. */
  readonly version: number;
  readonly generation: number;
  /** A newer version is known than the one that is served. */
  readonly rebuildDue: boolean;
  /** Generations that could take the served one's place. */
  readonly others: readonly OtherGeneration[];
}

export interface OtherGeneration {
  readonly generation: number;
  readonly version: number;
  readonly status: Exclude<GenerationStatus, 'LIVE'>;
  readonly position: string;
}
