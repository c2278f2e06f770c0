// Requests that wait for their turn, the oldest first, each for a bounded time.
import { statusOfRequest } from '../errors/api-codes.js';
import { ApiError } from '../graphql/api-error.js';
import type { Time } from '../waiting/time.js';

interface WaitingRequest {
  /** On the monotonic clock. */
  readonly lateAtMs: number;
  readonly isWanted: () => boolean;
  readonly begin: () => void;
  readonly refuse: (error: ApiError) => void;
}

const RETRY_SECONDS = 1;

export class WaitingRoom {
  private waiting: WaitingRequest[] = [];
  private isTimed = false;

  /** @param onRefused called for each refusal that its caller hears of */
  constructor(
    private readonly patienceMs: number,
    private readonly onRefused: () => void,
    private readonly time: Pick<Time, 'background' | 'monotonicMs'>,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /**
   * Resolves when it is its turn.
   *
   * @param isWanted whether its caller is still there
   * @param patienceMs default: that of the room
   * @throws ApiError SERVICE_UNAVAILABLE when its turn has not come in time
   */
  turn(isWanted: () => boolean, patienceMs = this.patienceMs): Promise<void> {
    return new Promise((begin, refuse) => {
      const lateAtMs = this.time.monotonicMs() + patienceMs;
      this.waiting.push({ lateAtMs, isWanted, begin, refuse });
      this.watchOldest();
    });
  }

  /** Lets the oldest begin that is still wanted. Returns whether there was one. */
  beginNext(): boolean {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      if (next.isWanted()) {
        next.begin();
        return true;
      }
      next.refuse(overloaded());
    }
    return false;
  }

  /**
   * The late are refused late, and not when it is known that they will be: a caller who asks again
   * at once would only add to the load.
   */
  private watchOldest(): void {
    const oldest = this.waiting.find(({ lateAtMs }) => lateAtMs < Infinity);
    if (oldest === undefined || this.isTimed) return;
    this.isTimed = true;
    const leftMs = oldest.lateAtMs - this.time.monotonicMs();
    this.time.background(Math.max(0, Math.ceil(leftMs)), () => {
      this.isTimed = false;
      this.refuseLate(this.time.monotonicMs());
      this.watchOldest();
    });
  }

  private refuseLate(nowMs: number): void {
    const late = this.waiting.filter(({ lateAtMs }) => lateAtMs <= nowMs);
    this.waiting = this.waiting.filter(({ lateAtMs }) => lateAtMs > nowMs);
    for (const { isWanted, refuse } of late) {
      if (isWanted()) this.onRefused();
      refuse(overloaded());
    }
  }
}

function overloaded(): ApiError {
  const details = { retryAfterSeconds: RETRY_SECONDS };
  const message = 'More is asked of the service than it can do now. Try again.';
  const status = statusOfRequest('SERVICE_UNAVAILABLE');
  return new ApiError('SERVICE_UNAVAILABLE', message, details, status);
}
