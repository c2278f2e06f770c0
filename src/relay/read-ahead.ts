// Reads ahead of the one who takes the batches: while one is worked on, the next is gathered.

/**
 * The items of the source, in order, in batches of all that have arrived, of at most `most`. While
 * as many wait, the source is not read on.
 *
 * @throws the source's error, after the items before it
 */
export async function* readAhead<Item>(
  source: AsyncIterable<readonly Item[]>,
  most: number,
): AsyncGenerator<readonly Item[], void, undefined> {
  const ahead = new Ahead(source, most);
  try {
    for (;;) {
      const batch = await ahead.take();
      if (batch.length === 0) return;
      yield batch;
    }
  } finally {
    ahead.leave();
  }
}

class Ahead<Item> {
  private waiting: Item[] = [];
  private end: { readonly fault?: unknown } | undefined;
  private isLeft = false;
  private waked: (() => void)[] = [];

  constructor(
    source: AsyncIterable<readonly Item[]>,
    private readonly most: number,
  ) {
    this.gather(source).then(
      () => this.finish({}),
      (fault: unknown) => this.finish({ fault }),
    );
  }

  /** Empty after the last item. */
  async take(): Promise<readonly Item[]> {
    while (this.waiting.length === 0 && this.end === undefined) await this.change();
    if (this.waiting.length === 0 && this.end && 'fault' in this.end) throw this.end.fault;
    const batch = this.waiting.splice(0, this.most);
    this.tell();
    return batch;
  }

  /** The source is read no further, once what is on its way has arrived. */
  leave(): void {
    this.isLeft = true;
    this.tell();
  }

  private async gather(source: AsyncIterable<readonly Item[]>): Promise<void> {
    for await (const items of source) {
      for (const item of items) this.waiting.push(item);
      this.tell();
      while (this.waiting.length >= this.most && !this.isLeft) await this.change();
      if (this.isLeft) return;
    }
  }

  private finish(end: { readonly fault?: unknown }): void {
    this.end = end;
    this.tell();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waked.push(resolve));
  }

  private tell(): void {
    for (const wake of this.waked.splice(0)) wake();
  }
}
