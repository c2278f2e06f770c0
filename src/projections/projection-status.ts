// How far each read model has come, as operators are told.

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
}
