// Time that passes when a test says so.

export class HandTime {
  private readonly tasks = new Map<object, { readonly at: number; readonly task: () => void }>();

  /** @param at in milliseconds since 1970 */
  constructor(public at = 0) {}

  readonly now = () => this.at;

  readonly after = (ms: number, task: () => void) => {
    const key = {};
    this.tasks.set(key, { at: this.at + ms, task });
    return () => void this.tasks.delete(key);
  };

  readonly background = this.after;

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
}
