// Receives the work of reading history before it is done; it can throw to stop it.

export interface Meter {
  /** Called before an event is read. */
  onEvent(): void;
  /** Called before a cart with this many lines is priced. */
  onCart(lines: number): void;
}

export const unmetered: Meter = { onEvent: () => undefined, onCart: () => undefined };
