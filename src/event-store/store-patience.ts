// Waits for an event store that becomes unavailable during a long command, as a service does.
import { StoreUnavailableError } from './errors.js';
import { retrying } from '../waiting/retrying.js';

const PAUSE_MS = { least: 500, most: 500 };

export interface PatienceOptions {
  /** Maximum wait for a store that has answered before, in milliseconds. */
  readonly longestMs?: number;
  /** Called when the first call has to wait, and again for each later outage. */
  readonly onWait?: (error: unknown) => void;
}

export class StorePatience {
  private hasAnswered = false;
  private awaySince: number | undefined;
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
    this.hasAnswered = true;
    this.awaySince = undefined;
    this.isWaiting = false;
    return result;
  }

  /**
   * The answers of a read that goes on where it broke off.
   * @param open opens the read behind the answers that were given
   * @throws StoreUnavailableError
   */
  async *answers<Answer>(
    open: () => AsyncIterable<Answer>,
  ): AsyncGenerator<Answer, void, undefined> {
    let read: AsyncIterator<Answer> | undefined;
    const next = async () => {
      read ??= open()[Symbol.asyncIterator]();
      try {
        return await read.next();
      } catch (error) {
        read = undefined;
        throw error;
      }
    };
    try {
      for (;;) {
        const answer = await this.call(next);
        if (answer.done === true) return;
        yield answer.value;
      }
    } finally {
      await read?.return?.();
    }
  }

  private isLost(): boolean {
    const { longestMs = 120_000 } = this.options;
    this.awaySince ??= performance.now();
    return !this.hasAnswered || performance.now() - this.awaySince >= longestMs;
  }
}
