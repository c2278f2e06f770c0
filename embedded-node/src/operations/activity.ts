// What a node has been doing since it started, for its statistics: counted where it happens.
import { Meter } from './meter.js';

export class Activity {
  readonly startedAtMs: number;
  /** Appends, deletes and tombstones that were carried out or refused by a rule. */
  readonly writes: Meter;
  readonly commits: Meter;
  /** Commits that the disk did not take: nothing of them is in the log. */
  readonly failedCommits: Meter;
  openReads = 0;
  openSubscriptions = 0;

  constructor(readonly nowMs: () => number) {
    this.startedAtMs = nowMs();
    this.writes = new Meter(nowMs);
    this.commits = new Meter(nowMs);
    this.failedCommits = new Meter(nowMs);
  }

  /** Counts a call for as long as it lasts. */
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
