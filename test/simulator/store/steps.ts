// Where the store's steps are taken: in the order of a run, or, for the suites that also ask real
// servers, in the real loop.
import type { Life, Schedule } from '../schedule.js';

/** The steps of one machine. */
export interface Steps {
  /** Milliseconds since 1970, by its own clock. */
  now(): number;
  /** Milliseconds on a clock that never steps, which all machines share. */
  monotonicMs(): number;
  /** Runs once, later; the answer cancels it. */
  after(ms: number, label: string, run: () => void): () => void;
  /** For the story of a run. */
  note(text: string): void;
  /** False once the machine was killed: none of its steps will run. */
  readonly isAlive: boolean;
}

export function stepsOf(schedule: Schedule, life: Life): Steps {
  return {
    now: () => schedule.clockOf(life),
    monotonicMs: () => schedule.nowMs,
    after: (ms, label, run) => schedule.after(ms, life, label, run),
    note: (text) => schedule.note(text),
    get isAlive() {
      return life.isAlive;
    },
  };
}
