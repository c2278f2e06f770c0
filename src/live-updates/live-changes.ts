// What can be watched: a cart, an order.
import { cartCodec } from '../domain/cart/codec.js';
import type { CartEvent } from '../domain/cart/events.js';
import { type CartState, evolve as evolveCart, initialCart } from '../domain/cart/state.js';
import { orderCodec } from '../domain/order/codec.js';
import { evolve as evolveOrder, initialOrder, type OrderState } from '../domain/order/state.js';
import type { EventStore } from '../event-store/event-store.js';
import type { LiveFeed } from './live-feed.js';
import { type Change, StreamChanges } from './stream-changes.js';

export type CartChange = Change<CartState, CartEvent>;

export class LiveChanges {
  constructor(
    private readonly feed: LiveFeed,
    private readonly store: EventStore,
  ) {}

  /** Every change of a cart after a revision; without one, the cart as it stands first. */
  cartChanges(
    cartId: string,
    afterRevision: number | undefined,
  ): AsyncIterableIterator<CartChange> {
    return new StreamChanges(this.feed, this.store, {
      stream: `cart-${cartId}`,
      decider: { initial: initialCart, evolve: evolveCart },
      codec: cartCodec,
      afterRevision,
    });
  }

  /** The order as it stands, then after each change. */
  orderChanges(orderId: string): AsyncIterableIterator<OrderState> {
    const changes = new StreamChanges(this.feed, this.store, {
      stream: `order-${orderId}`,
      decider: { initial: initialOrder, evolve: evolveOrder },
      codec: orderCodec,
      afterRevision: undefined,
    });
    return statesOf(changes);
  }
}

/** Not a generator: `return` must get through to a `next` that is waiting. */
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
