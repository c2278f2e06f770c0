// How much happened, in all and a second, counted in whole seconds so that counting costs next to
// nothing.

const SECONDS = 10;

export class Meter {
  total = 0;
  private readonly counts = new Array<number>(SECONDS).fill(0);
  private second: number;

  /** @param nowMs milliseconds, from any start */
  constructor(private readonly nowMs: () => number) {
    this.second = this.currentSecond();
  }

  add(count: number): void {
    this.advance();
    this.total += count;
    const slot = this.second % SECONDS;
    this.counts[slot] = (this.counts[slot] ?? 0) + count;
  }

  /** Over the last ten seconds, the present one among them. */
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
