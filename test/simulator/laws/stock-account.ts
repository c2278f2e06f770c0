// The units of one product, counted from the events of its stream by plain sums.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';

export interface StockData {
  readonly quantity?: number;
  readonly change?: number;
  readonly orderId?: string;
  readonly cartId?: string;
  readonly attemptId?: string | null;
  readonly reason?: string;
  readonly expiresAt?: number | null;
}

export interface UnitsHeld {
  cartId: string;
  confirmed: number | undefined;
  readonly attempts: Map<string, { readonly quantity: number; readonly expiresAt: number }>;
  /** What ended it for good. */
  end: 'released' | 'shipped' | undefined;
  /** Whether a hold of one of its checkouts has expired. */
  hasExpired: boolean;
}

export class StockAccount {
  onHand = 0;
  readonly holds = new Map<string, UnitsHeld>();

  constructor(
    /** Of the first event. */
    readonly since: bigint,
    /** When the first event was recorded, in milliseconds since 1970. */
    readonly countedFrom: number,
  ) {}

  heldBy(orderId: string): number {
    const held = this.holds.get(orderId);
    if (held === undefined) return 0;
    const attempts = [...held.attempts.values()].map(({ quantity }) => quantity);
    return held.confirmed ?? Math.max(0, ...attempts);
  }

  get reserved(): number {
    return [...this.holds.keys()].reduce((sum, orderId) => sum + this.heldBy(orderId), 0);
  }

  add({ type, data }: Pick<StoredEvent, 'type' | 'data'>): void {
    const { quantity = 0, change = 0, orderId = '', ...hold } = data as StockData;
    switch (type) {
      case 'StockReceived':
        this.onHand += quantity;
        break;
      case 'StockAdjusted':
        this.onHand += change;
        break;
      case 'StockReserved':
        this.reserve(this.holdOf(orderId, hold.cartId), quantity, hold);
        break;
      case 'StockReleased':
        this.release(this.holdOf(orderId, hold.cartId), hold);
        break;
      case 'StockShipped':
        this.onHand -= quantity;
        Object.assign(this.holdOf(orderId, hold.cartId), { confirmed: undefined, end: 'shipped' });
        this.holds.get(orderId)?.attempts.clear();
        break;
    }
  }

  private reserve(held: UnitsHeld, quantity: number, { attemptId, expiresAt }: StockData): void {
    if (attemptId == null) {
      held.confirmed = quantity;
      held.attempts.clear();
    } else held.attempts.set(attemptId, { quantity, expiresAt: expiresAt ?? Infinity });
  }

  private release(held: UnitsHeld, { attemptId, reason }: StockData): void {
    held.hasExpired ||= reason === 'EXPIRED';
    if (attemptId != null) {
      held.attempts.delete(attemptId);
      return;
    }
    held.confirmed = undefined;
    held.attempts.clear();
    held.end = 'released';
  }

  private holdOf(orderId: string, cartId = ''): UnitsHeld {
    let held = this.holds.get(orderId);
    if (held === undefined) {
      held = {
        cartId,
        confirmed: undefined,
        attempts: new Map(),
        end: undefined,
        hasExpired: false,
      };
      this.holds.set(orderId, held);
    }
    return held;
  }
}
