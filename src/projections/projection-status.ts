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
  /** STOPPED with a purpose: by an operator, or until it is rebuilt. It is served as it is. */
  readonly isHeld: boolean;
  /** The log was replaced by another, and the rows are not yet all that it says. */
  readonly isStartingOver: boolean;
  /** Of the generation that is served. */
  readonly version: number;
  readonly generation: number;
  /** This build would make other rows than those that are served, or might. */
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

/** What the last count found between the rows that are served and those of one that stands by. */
export interface CountedDrift {
  readonly name: string;
  /** The generation that was served then, and the one that stood by. */
  readonly served: number;
  readonly standing: number;
  /** Rows that were compared, and rows that differ or are only in one of the two. */
  readonly rows: number;
  readonly differing: number;
  /** Of those, rows that no other version of the pricing explains. */
  readonly unexplained: number;
  /** Keys of some of the unexplained. */
  readonly examples: readonly string[];
  /** What the standing carts come to, less what the served ones do, in minor units, by currency. */
  readonly money: Readonly<Record<string, bigint>>;
  /** The place in the log at which both were, a decimal number. */
  readonly position: string;
  /** When that was, in milliseconds since 1970. */
  readonly countedAt: number;
}
