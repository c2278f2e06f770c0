// What a log holds, stream by stream, and what each cart and order is at each of its revisions: the
// plain fold of every event, without caches, snapshots or limits.
import { cartCodec } from '../../../src/domain/cart/codec.js';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import type { CartState, ExistingCartState } from '../../../src/domain/cart/state.js';
import type { Codec } from '../../../src/domain/codec.js';
import { type Decider, ImpossibleEventError } from '../../../src/domain/decider.js';
import { orderCodec } from '../../../src/domain/order/codec.js';
import { orderDecider } from '../../../src/domain/order/decide.js';
import type { OrderState } from '../../../src/domain/order/state.js';
import { read } from '../../../src/event-store/recorded.js';
import { occurredAt, type StoredEvent } from '../../../src/event-store/stored-event.js';

/** A stream and its fold after each event; undefined from an event on that is not understood. */
class FoldedStream<State, Event> {
  readonly events: StoredEvent[] = [];
  private readonly states: (State | undefined)[] = [];

  constructor(
    private readonly decider: Pick<Decider<State, never, Event, never>, 'initial' | 'evolve'>,
    private readonly codec: Pick<Codec<Event>, 'decode'>,
  ) {}

  add(stored: StoredEvent): void {
    const before = this.after(this.events.length);
    this.events.push(stored);
    this.states.push(before === undefined ? undefined : this.evolved(before, stored));
  }

  /** The state after so many events; undefined where that is not known, or there are not so many. */
  after(count: number): State | undefined {
    return count === 0 ? this.decider.initial : this.states[count - 1];
  }

  private evolved(before: State, stored: StoredEvent): State | undefined {
    const event = read(this.codec, stored);
    if (event.kind === 'not understood') return undefined;
    if (event.kind === 'unknown type') return before;
    try {
      return this.decider.evolve(before, event.event);
    } catch (error) {
      if (error instanceof ImpossibleEventError) return undefined;
      throw error;
    }
  }
}

const cartStream = () => new FoldedStream(cartDecider, cartCodec);
const orderStream = () => new FoldedStream(orderDecider, orderCodec);

type CartStream = ReturnType<typeof cartStream>;
type OrderStream = ReturnType<typeof orderStream>;

export const CART = 'cart-';
export const ORDER = 'order-';
export const INVENTORY = 'inventory-';
export const COUPON = 'coupon-';

export class LogModel {
  /** In the order of the log. */
  readonly events: StoredEvent[] = [];
  private readonly carts = new Map<string, CartStream>();
  private readonly orders = new Map<string, OrderStream>();

  add(stored: StoredEvent): void {
    const { stream } = stored;
    this.events.push(stored);
    if (stream.startsWith(CART))
      ofId(this.carts, stream.slice(CART.length), cartStream).add(stored);
    if (stream.startsWith(ORDER)) {
      ofId(this.orders, stream.slice(ORDER.length), orderStream).add(stored);
    }
  }

  get cartIds(): readonly string[] {
    return [...this.carts.keys()];
  }

  get orderIds(): readonly string[] {
    return [...this.orders.keys()];
  }

  cartEvents(cartId: string): readonly StoredEvent[] {
    return this.carts.get(cartId)?.events ?? [];
  }

  orderEvents(orderId: string): readonly StoredEvent[] {
    return this.orders.get(orderId)?.events ?? [];
  }

  /** The cart that its stream's first events make; undefined where that is not known. */
  cartAfter(cartId: string, count: number): CartState | undefined {
    return this.carts.get(cartId)?.after(count) ?? (count === 0 ? cartDecider.initial : undefined);
  }

  /** The cart that an event left; undefined where there is none, or it left no such cart. */
  cartAt(cartId: string, revision: number): ExistingCartState | undefined {
    const state = this.cartAfter(cartId, revision + 1);
    if (state === undefined || state.status === 'ABSENT') return undefined;
    return state.revision === revision ? state : undefined;
  }

  orderAt(orderId: string, revision: number): OrderState | undefined {
    return this.orders.get(orderId)?.after(revision + 1);
  }

  /** How many of a cart's events, from its first on, had occurred by an instant. */
  occurredBy(cartId: string, instant: number): number {
    const events = this.cartEvents(cartId);
    const later = events.findIndex((stored) => occurredAt(stored) > instant);
    return later < 0 ? events.length : later;
  }
}

function ofId<Stream>(streams: Map<string, Stream>, id: string, make: () => Stream): Stream {
  let stream = streams.get(id);
  if (stream === undefined) streams.set(id, (stream = make()));
  return stream;
}
