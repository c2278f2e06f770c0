// Told of the work of a look at history before it is done; throws to end it.

export interface Meter {
  /** An event is read. */
  onEvent(): void;
  /** A cart of so many lines is priced. */
  onCart(lines: number): void;
}

export const unmetered: Meter = { onEvent: () => undefined, onCart: () => undefined };
