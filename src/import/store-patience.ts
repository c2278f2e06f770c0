// Waits for an event store that goes away in the middle of an import, as a service does.
import { StoreUnavailableError } from '../event-store/errors.js';
import { retrying } from '../waiting/retrying.js';

const PAUSE_MS = { least: 500, most: 500 };

export interface PatienceOptions {
  /** How long a store that has answered before may stay away. */
  readonly longestMs?: number;
  /** Told at the first call that has to wait, and at the first after the store was there again. */
  readonly onWait?: (error: unknown) => void;
}

export class StorePatience {
  private answeredAt: number | undefined;
  private isWaiting = false;

  constructor(private readonly options: PatienceOptions) {}

  /**
   * Asks again while the store is away. One that has never answered is not waited for: its address
   * is more likely wrong.
   * @param ask what can be repeated
   * @throws StoreUnavailableError
   */
  async call<Result>(ask: () => Promise<Result>): Promise<Result> {
    const result = await retrying(ask, {
      retryIf: (error) => error instanceof StoreUnavailableError && !this.isLost(),
      pauseMs: PAUSE_MS,
      onFailure: (error) => {
        if (!this.isWaiting) this.options.onWait?.(error);
        this.isWaiting = true;
      },
    });
    this.answeredAt = performance.now();
    this.isWaiting = false;
    return result;
  }

  private isLost(): boolean {
    const { longestMs = 120_000 } = this.options;
    return this.answeredAt === undefined || performance.now() - this.answeredAt > longestMs;
  }
}
