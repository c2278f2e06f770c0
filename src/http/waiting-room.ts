// Requests that wait for their turn, each for a bounded time. Addresses take turns, so that one
// that asks much delays itself and not the others; of one address, the oldest comes first.
import { statusOfRequest } from '../errors/api-codes.js';
import { ApiError } from '../graphql/api-error.js';
import type { Time } from '../waiting/time.js';

/** Who waits. */
export interface Caller {
  readonly address: string;
  /** Whether the caller is still there. */
  readonly isWaiting: () => boolean;
}

interface WaitingRequest extends Caller {
  /** On the monotonic clock. */
  readonly lateAtMs: number;
  readonly begin: () => void;
  readonly refuse: (error: ApiError) => void;
}

const RETRY_SECONDS = 1;

export class WaitingRoom {
  /** By address; the first has the next turn. None is empty. */
  private readonly lanes = new Map<string, WaitingRequest[]>();
  private isTimed = false;

  /** @param onRefused called for each refusal that its caller hears of */
  constructor(
    private readonly patienceMs: number,
    private readonly onRefused: () => void,
    private readonly time: Pick<Time, 'background' | 'monotonicMs'>,
  ) {}

  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  /**
   * Resolves when it is the caller's turn.
   *
   * @param patienceMs default: that of the room
   * @throws ApiError SERVICE_UNAVAILABLE when the turn has not come in time
   */
  turn(caller: Caller, patienceMs = this.patienceMs): Promise<void> {
    return new Promise((begin, refuse) => {
      const lateAtMs = this.time.monotonicMs() + patienceMs;
      const request = { ...caller, lateAtMs, begin, refuse };
      const lane = this.lanes.get(caller.address);
      if (lane === undefined) this.lanes.set(caller.address, [request]);
      else lane.push(request);
      if (patienceMs < Infinity) this.watchOldest();
    });
  }

  /** Lets the next begin whose caller is still there. Returns whether there was one. */
  beginNext(): boolean {
    for (let next = this.take(); next !== undefined; next = this.take()) {
      if (next.isWaiting()) {
        next.begin();
        return true;
      }
      next.refuse(overloaded());
    }
    return false;
  }

  /** Its address has its next turn after all others. */
  private take(): WaitingRequest | undefined {
    const [first] = this.lanes;
    if (first === undefined) return undefined;
    const [address, lane] = first;
    const next = lane.shift();
    this.lanes.delete(address);
    if (lane.length > 0) this.lanes.set(address, lane);
    return next;
  }

  /**
   * The late are refused late, and not when it is known that they will be: a caller who asks again
   * at once would only add to the load.
   */
  private watchOldest(): void {
    if (this.isTimed) return;
    const lateAtMs = this.firstLateAtMs();
    if (lateAtMs === Infinity) return;
    this.isTimed = true;
    const leftMs = lateAtMs - this.time.monotonicMs();
    this.time.background(Math.max(0, Math.ceil(leftMs)), () => {
      this.isTimed = false;
      this.refuseLate(this.time.monotonicMs());
      this.watchOldest();
    });
  }

  private firstLateAtMs(): number {
    let first = Infinity;
    for (const lane of this.lanes.values()) {
      const mortal = lane.find(({ lateAtMs }) => lateAtMs < Infinity);
      if (mortal !== undefined) first = Math.min(first, mortal.lateAtMs);
    }
    return first;
  }

  private refuseLate(nowMs: number): void {
    for (const [address, lane] of this.lanes) {
      const inTime = lane.filter(({ lateAtMs }) => lateAtMs > nowMs);
      if (inTime.length === lane.length) continue;
      if (inTime.length === 0) this.lanes.delete(address);
      else this.lanes.set(address, inTime);
      for (const { lateAtMs, isWaiting, refuse } of lane) {
        if (lateAtMs > nowMs) continue;
        if (isWaiting()) this.onRefused();
        refuse(overloaded());
      }
    }
  }
}

function overloaded(): ApiError {
  const details = { retryAfterSeconds: RETRY_SECONDS };
  const message = 'More is asked of the service than it can do now. Try again.';
  const status = statusOfRequest('SERVICE_UNAVAILABLE');
  return new ApiError('SERVICE_UNAVAILABLE', message, details, status);
}
