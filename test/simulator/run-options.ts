// What a run is asked for, and what it gives.
import type { Coverage } from './coverage.js';
import type { HistoryRecord } from './history.js';
import type { Breach } from './laws/law.js';
import type { Plant } from './plants/plant.js';
import type { Fault, Scenario } from './scenario.js';

export interface RunOptions {
  /** Steps with clients and faults, after the shop has opened. */
  readonly steps: number;
  /** What the service does wrong on purpose; default: nothing. */
  readonly plant?: Plant;
  /** In place of what the seed decides. */
  readonly scenario?: Partial<Scenario>;
  /** Faults that are left out. */
  readonly without?: readonly Fault[];
  /** Clients that never act, by name. */
  readonly quiet?: readonly string[];
  /** Told of everything that clients and instances see, for the story. */
  readonly onRecord?: (record: HistoryRecord, nowMs: number) => void;
  /** Told of what the store and the world do. */
  readonly onNote?: (note: string, nowMs: number) => void;
}

export interface Violation {
  readonly breaches: readonly Breach[];
  /** Which step it was seen at; undefined where only the end showed it. */
  readonly step: number | undefined;
}

export interface RunResult {
  readonly seed: number;
  readonly steps: number;
  readonly virtualMs: number;
  readonly traceHash: string;
  readonly scenario: Scenario;
  readonly coverage: Coverage;
  readonly violation: Violation | undefined;
}
