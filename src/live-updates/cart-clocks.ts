// Wakes the watchers of carts at the instants at which a coupon begins or ends. A cart has one
// timer at most, for its next instant, however many watch it; one without such an instant has none.
import type { Time } from '../waiting/time.js';

interface Alarm {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly wake: () => void;
}

interface WatchedCart {
  /** By watcher: one may be at an older revision than another. */
  readonly alarms: Map<object, Alarm>;
  cancel: () => void;
}

/** A timer of Node.js can wait no longer than this; it is set again then. */
const LONGEST_MS = 2 ** 31 - 1;

export class CartClocks {
  private readonly carts = new Map<string, WatchedCart>();

  constructor(private readonly time: Pick<Time, 'now' | 'background'>) {}

  /** The number of carts that have a timer. */
  get size(): number {
    return this.carts.size;
  }

  /** Replaces the watcher's alarm; null takes it away. */
  set(cartId: string, watcher: object, alarm: Alarm | null): void {
    const cart = this.carts.get(cartId) ?? { alarms: new Map(), cancel: () => undefined };
    if (alarm === null) cart.alarms.delete(watcher);
    else cart.alarms.set(watcher, alarm);
    this.arm(cartId, cart);
  }

  private arm(cartId: string, cart: WatchedCart): void {
    cart.cancel();
    if (cart.alarms.size === 0) {
      this.carts.delete(cartId);
      return;
    }
    this.carts.set(cartId, cart);
    let next = Infinity;
    for (const { at } of cart.alarms.values()) next = Math.min(next, at);
    const waitMs = Math.min(LONGEST_MS, Math.max(1, next - this.time.now()));
    cart.cancel = this.time.background(waitMs, () => this.ring(cartId, cart));
  }

  private ring(cartId: string, cart: WatchedCart): void {
    const now = this.time.now();
    const due = [...cart.alarms].filter(([, { at }]) => at <= now);
    for (const [watcher] of due) cart.alarms.delete(watcher);
    this.arm(cartId, cart);
    for (const [, { wake }] of due) wake();
  }
}
