// Detects more frames per second than allowed, for several seconds in a row.

export class FrameRate {
  private secondStart = -Infinity;
  private frames = 0;
  private secondsInARow = 0;

  constructor(
    private readonly perSecond: number,
    private readonly patienceSeconds: number,
  ) {}

  /**
   * Counts a frame.
   *
   * @param now milliseconds of a clock that never goes back
   */
  isExceededBy(now: number): boolean {
    if (now - this.secondStart >= 1_000) this.beginSecond(now);
    this.frames += 1;
    return this.isOver() && this.secondsInARow + 1 >= this.patienceSeconds;
  }

  private beginSecond(now: number): void {
    const followsOn = now - this.secondStart < 2_000;
    this.secondsInARow = this.isOver() && followsOn ? this.secondsInARow + 1 : 0;
    this.secondStart = followsOn ? this.secondStart + 1_000 : now;
    this.frames = 0;
  }

  private isOver(): boolean {
    return this.frames > this.perSecond;
  }
}
