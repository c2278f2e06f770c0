// Waits for an event store that becomes unavailable during an import, as a service does.
import { StoreUnavailableError } from '../event-store/errors.js';
import { retrying } from '../waiting/retrying.js';

const PAUSE_MS = { least: 500, most: 500 };

export interface PatienceOptions {
  /** Maximum wait for a store that has answered before, in milliseconds. */
  readonly longestMs?: number;
  /** Called when the first call has to wait, and again for each later outage. */
  readonly onWait?: (error: unknown) => void;
}

export class StorePatience {
  private answeredAt: number | undefined;
  private isWaiting = false;

  constructor(private readonly options: PatienceOptions) {}

  /**
   * Retries while the store is unavailable. A store that has never answered gets no retry: its
   * address is more likely wrong.
   *
   * @param ask a call that can be repeated
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
