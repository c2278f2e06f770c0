// The uses of one coupon, counted from the events of its stream by plain sums.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';

export interface CouponData {
  readonly orderId?: string;
  readonly cartId?: string;
  readonly attemptId?: string | null;
  readonly reason?: string;
  readonly terms?: { readonly usageLimit?: number | null };
}

export interface UseHeld {
  cartId: string;
  isRedeemed: boolean;
  readonly attempts: Set<string>;
  /** Its order was cancelled. */
  isReturned: boolean;
  hasExpired: boolean;
}

export class CouponAccount {
  /** That of the terms of now. */
  limit: number | undefined;
  /** Whether it had no limit at some time: then earlier uses are not recorded. */
  wasUnlimited = false;
  readonly uses = new Map<string, UseHeld>();

  isCounted(orderId: string): boolean {
    const use = this.uses.get(orderId);
    return use !== undefined && (use.isRedeemed || use.attempts.size > 0);
  }

  get used(): number {
    return [...this.uses.keys()].filter((orderId) => this.isCounted(orderId)).length;
  }

  add({ type, data }: Pick<StoredEvent, 'type' | 'data'>): void {
    const { orderId = '', cartId = '', attemptId, reason, terms } = data as CouponData;
    if (type === 'CouponDefined') {
      this.limit = terms?.usageLimit ?? undefined;
      this.wasUnlimited ||= this.limit === undefined;
    }
    if (type === 'CouponRedeemed') {
      const use = this.useOf(orderId, cartId);
      if (attemptId == null) {
        use.isRedeemed = true;
        use.attempts.clear();
      } else use.attempts.add(attemptId);
    }
    if (type !== 'CouponUseReturned') return;
    const use = this.useOf(orderId, cartId);
    use.hasExpired ||= reason === 'EXPIRED';
    if (attemptId != null) use.attempts.delete(attemptId);
    else use.attempts.clear();
    if (reason !== 'ORDER_CANCELLED') return;
    use.isRedeemed = false;
    use.isReturned = true;
  }

  private useOf(orderId: string, cartId: string): UseHeld {
    let use = this.uses.get(orderId);
    if (use === undefined) {
      use = {
        cartId,
        isRedeemed: false,
        attempts: new Set(),
        isReturned: false,
        hasExpired: false,
      };
      this.uses.set(orderId, use);
    }
    return use;
  }
}
