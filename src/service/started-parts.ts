// What a start has brought up so far, so that it can be taken down in the reverse order, whether
// the start failed half way or the service has done its work.

interface StartedPart {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

export class StartedParts {
  private readonly parts: StartedPart[] = [];

  add(name: string, stop: StartedPart['stop']): void {
    this.parts.push({ name, stop });
  }

  /** Stops every part, also after one has failed to stop; the failures are told together. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const { name, stop } of this.parts.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        failures.push(new Error(`${name} did not stop`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts did not stop');
  }
}
