// A subscription to a value: its current state, and its newest one after changes. States in between
// are left out, so a slow watcher never falls behind.
import { every, type Time } from '../waiting/time.js';

export interface LatestOfOptions<Value> {
  readonly read: () => Value | Promise<Value>;
  /** Calls the listener when the value may have changed. Returns a function that ends that. */
  readonly listen: (listener: () => void) => () => void;
  /** Two values are the same when their texts are. */
  readonly textOf: (value: Value) => string;
  readonly time: Pick<Time, 'after'>;
  /** Minimum pause between two values. */
  readonly paceMs: number;
  /** Interval of looks at a value that can change without the listener being called. */
  readonly lookMs: number;
}

/** Not a generator: `return` must end a `next` that is waiting. */
export class LatestOf<Value> implements AsyncIterableIterator<Value> {
  private isOver = false;
  private mayHaveChanged = true;
  private lastText: string | undefined;
  private wake: () => void = () => undefined;
  private readonly stopListening: () => void;
  private readonly stopLooking: () => void;

  constructor(private readonly options: LatestOfOptions<Value>) {
    const { listen, time, lookMs } = options;
    const note = () => {
      this.mayHaveChanged = true;
      this.wake();
    };
    this.stopListening = listen(note);
    this.stopLooking = every((ms, task) => time.after(ms, task), lookMs, note);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Value>> {
    while (!this.isOver) {
      if (!this.mayHaveChanged) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      if (this.lastText !== undefined) await this.pause();
      this.mayHaveChanged = false;
      const value = await this.options.read();
      const text = this.options.textOf(value);
      if (text === this.lastText) continue;
      this.lastText = text;
      return { done: false, value };
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Value>> {
    this.isOver = true;
    this.stopListening();
    this.stopLooking();
    this.wake();
    return Promise.resolve({ done: true, value: undefined });
  }

  private pause(): Promise<void> {
    const { time, paceMs } = this.options;
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        resolve();
      };
      const cancel = time.after(paceMs, end);
      this.wake = () => {
        if (this.isOver) end();
      };
    });
  }
}
