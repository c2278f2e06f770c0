// A long computation lets others have their turn: timers, and messages that have arrived.
import { type Time, turn } from './time.js';

const LONG_MS = 100;

/** Asked between the parts of the computation, which is cheap; `rest` is for when it is long. */
export class LongWork {
  private begunAt: number;

  constructor(private readonly time: Pick<Time, 'monotonicMs' | 'soon'>) {
    this.begunAt = time.monotonicMs();
  }

  /** Whether no other has had a turn for a while. */
  get isLong(): boolean {
    return this.time.monotonicMs() - this.begunAt >= LONG_MS;
  }

  async rest(): Promise<void> {
    await turn(this.time);
    this.begunAt = this.time.monotonicMs();
  }
}
