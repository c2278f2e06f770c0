// Runs one command at a time for each stream, in the order of arrival. Callers in this process wait
// here instead of conflicting in the store.

export class StreamQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** Runs `task` after every earlier task of this stream has ended, successful or not. */
  async run<Result>(stream: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.tails.get(stream);
    let release = (): void => undefined;
    const tail = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.tails.set(stream, tail);
    if (before !== undefined) await before;
    try {
      return await task();
    } finally {
      release();
      if (this.tails.get(stream) === tail) this.tails.delete(stream);
    }
  }
}
