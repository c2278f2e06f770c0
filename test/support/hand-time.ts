// Time that passes when a test says so.

export class HandTime {
  private turns: (() => void)[] = [];
  private readonly tasks = new Map<object, { readonly at: number; readonly task: () => void }>();

  /** @param at in milliseconds since 1970 */
  constructor(public at = 0) {}

  readonly now = () => this.at;
  readonly monotonicMs = this.now;

  readonly after = (ms: number, task: () => void) => {
    const key = {};
    this.tasks.set(key, { at: this.at + ms, task });
    return () => void this.tasks.delete(key);
  };

  readonly background = this.after;
  readonly soon = (task: () => void): void => void this.turns.push(task);

  get timers(): number {
    return this.tasks.size;
  }

  passTo(at: number): void {
    for (;;) {
      const [next] = [...this.tasks].sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined || next[1].at > at) break;
      this.tasks.delete(next[0]);
      this.at = next[1].at;
      next[1].task();
    }
    this.at = at;
  }

  /** Ends a turn of the event loop. Returns how many tasks waited for it. */
  endTurn(): number {
    const tasks = this.turns;
    this.turns = [];
    for (const task of tasks) task();
    return tasks.length;
  }
}
