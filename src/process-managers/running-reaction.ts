// A reaction while it runs, as its operators see it.
import type { ParkedFact } from './parked-facts.js';

/** RETRYING: it had a fault and tries again. */
export type ReactionState = 'CATCHING_UP' | 'LIVE' | 'RETRYING';

export interface ReactionStatus {
  readonly state: ReactionState;
  /** Commit position up to which every wanted event was handled; null before the first. */
  readonly position: string | null;
  /** 0 when it is live, else the age of the last handled event, in milliseconds. */
  readonly lagMs: number;
  readonly error: string | null;
}

/** The `first` events after the first `offset`. */
export interface ParkedPage {
  readonly first: number;
  readonly offset: number;
}

export interface RunningReaction {
  readonly name: string;
  status(): ReactionStatus;
  /** Number of parked events. */
  parked(): Promise<number>;
  /** A page of the parked events, in the order of parking. */
  list(page: ParkedPage): Promise<readonly ParkedFact[]>;
  /** Retries the parked events once. */
  replay(): Promise<void>;
  stop(): Promise<void>;
}
