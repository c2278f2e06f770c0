// The state and lag of each read model, for operators.
import type { GenerationStatus } from '../read-models/table.js';

export type ProjectionState = 'CATCHING_UP' | 'LIVE' | 'REBUILDING' | 'STOPPED';

export interface ProjectionStatus {
  readonly name: string;
  readonly state: ProjectionState;
  /** Commit position of the last applied event; null before the first. */
  readonly position: string | null;
  /** Number of events not yet applied; an estimate while catching up. */
  readonly lagEvents: number;
  /** How long the oldest of those events has waited, in milliseconds. */
  readonly lagMs: number;
  readonly error: string | null;
  /** Deliberately STOPPED: by an operator, or until a rebuild. Queries get its rows as they are. */
  readonly isHeld: boolean;
  /** By an operator. */
  readonly isPaused: boolean;
  /** The log was replaced, and the rows do not reflect all of the new log yet. */
  readonly isStartingOver: boolean;
  /** Of the live generation. */
  readonly version: number;
  readonly generation: number;
  /** Whether this build's code would make other rows than the live ones, or might. */
  readonly rebuildDue: boolean;
  /** Generations that could be promoted. */
  readonly others: readonly OtherGeneration[];
}

export interface OtherGeneration {
  readonly generation: number;
  readonly version: number;
  readonly status: Exclude<GenerationStatus, 'LIVE'>;
  readonly position: string;
  readonly wasLive: boolean;
}

/** The last drift between the live rows and those of a standby generation. */
export interface CountedDrift {
  readonly name: string;
  /** The live generation at that time, and the standby generation. */
  readonly served: number;
  readonly standing: number;
  /** Compared rows, and rows that differ or exist in only one generation. */
  readonly rows: number;
  readonly differing: number;
  /** Differing rows that a different pricing version does not explain. */
  readonly unexplained: number;
  /** Keys of some unexplained rows. */
  readonly examples: readonly string[];
  /** Total of the standby carts minus that of the live carts, in minor units, by currency. */
  readonly money: Readonly<Record<string, bigint>>;
  /** The common position of both in the log, as a decimal number. */
  readonly position: string;
  /** The time of the comparison, in milliseconds since 1970. */
  readonly countedAt: number;
}
