// The parts that have started, so that they can be stopped in reverse order, after a failed start
// as well as at the end.

interface StartedPart {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

export class StartedParts {
  private readonly parts: StartedPart[] = [];

  add(name: string, stop: StartedPart['stop']): void {
    this.parts.push({ name, stop });
  }

  /** Stops every part, even after one fails to stop; the failures are reported together. */
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
