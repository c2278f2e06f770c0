// Counters of a node's work since its start, for its statistics.
import { Meter } from './meter.js';

export class Activity {
  readonly startedAtMs: number;
  /** Appends, deletes and tombstones that were executed or refused by a rule. */
  readonly writes: Meter;
  readonly commits: Meter;
  /** Commits that failed at the disk; nothing of them is in the log. */
  readonly failedCommits: Meter;
  openReads = 0;
  openSubscriptions = 0;

  constructor(readonly nowMs: () => number) {
    this.startedAtMs = nowMs();
    this.writes = new Meter(nowMs);
    this.commits = new Meter(nowMs);
    this.failedCommits = new Meter(nowMs);
  }

  /** Counts a call while it runs. */
  async during<Result>(
    kind: 'openReads' | 'openSubscriptions',
    call: () => Promise<Result>,
  ): Promise<Result> {
    this[kind] += 1;
    try {
      return await call();
    } finally {
      this[kind] -= 1;
    }
  }
}
