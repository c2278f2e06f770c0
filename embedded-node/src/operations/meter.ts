// Counts events in total and per second. It counts in whole seconds, which is cheap.

const SECONDS = 10;

export class Meter {
  total = 0;
  private readonly counts = new Array<number>(SECONDS).fill(0);
  private second: number;

  /** @param nowMs milliseconds since any fixed point */
  constructor(private readonly nowMs: () => number) {
    this.second = this.currentSecond();
  }

  add(count: number): void {
    this.advance();
    this.total += count;
    const slot = this.second % SECONDS;
    this.counts[slot] = (this.counts[slot] ?? 0) + count;
  }

  /** Average over the last ten seconds, including the current one. */
  get perSecond(): number {
    this.advance();
    return this.counts.reduce((sum, count) => sum + count, 0) / SECONDS;
  }

  private currentSecond(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  private advance(): void {
    const now = this.currentSecond();
    for (const end = Math.min(now, this.second + SECONDS); this.second < end;) {
      this.second += 1;
      this.counts[this.second % SECONDS] = 0;
    }
    this.second = Math.max(now, this.second);
  }
}
