// The streams that clients can watch: carts and orders.
import type { CartEvent } from '../domain/cart/events.js';
import type { CartState } from '../domain/cart/state.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { OrderState } from '../domain/order/state.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Fold } from '../folds/folding.js';
import { StreamFolds } from '../folds/stream-folds.js';
import type { LiveFeed } from './live-feed.js';
import { type StreamChange, StreamChanges } from './stream-changes.js';
import { systemTime, type Time } from '../waiting/time.js';
import { CartClocks } from './cart-clocks.js';
import { TimedCartChanges } from './timed-cart-changes.js';

export type LiveCartChange = StreamChange<CartState, CartEvent>;

export interface WatchedFolds {
  readonly cart: Fold<CartState, CartEvent>;
  readonly order: Fold<OrderState, OrderEvent>;
}

export class LiveChanges {
  private readonly clocks: CartClocks;

  constructor(
    private readonly feed: Pick<LiveFeed, 'watch' | 'leave'>,
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly watched: WatchedFolds,
    private readonly folds = new StreamFolds(store),
    private readonly time: Pick<Time, 'now' | 'background'> = systemTime,
  ) {
    this.clocks = new CartClocks(time);
  }

  /**
   * Every change of a cart after a revision; without one, the current cart first. When a coupon
   * begins or ends by time, the same cart again, without an event.
   */
  cartChanges(
    cartId: string,
    afterRevision: number | undefined,
  ): AsyncIterableIterator<LiveCartChange> {
    const changes: AsyncIterableIterator<LiveCartChange> = new StreamChanges(
      this.feed,
      this.store,
      this.folds,
      {
        stream: `cart-${cartId}`,
        fold: this.watched.cart,
        afterRevision,
        onResume: (state, revision) => timed.begin(state, revision),
      },
    );
    const timed = new TimedCartChanges(cartId, changes, this.clocks, this.time);
    return timed;
  }

  /** The current order, then the order after each change. */
  orderChanges(orderId: string): AsyncIterableIterator<OrderState> {
    const changes = new StreamChanges(this.feed, this.store, this.folds, {
      stream: `order-${orderId}`,
      fold: this.watched.order,
      afterRevision: undefined,
    });
    return statesOf(changes);
  }
}

/** Not a generator: `return` must end a `next` that is waiting. */
function statesOf<State, Event>(
  changes: StreamChanges<State, Event>,
): AsyncIterableIterator<State> {
  const over = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await changes.next();
      return result.done === true ? over : { done: false, value: result.value.state };
    },
    async return() {
      await changes.return();
      return over;
    },
  };
}
