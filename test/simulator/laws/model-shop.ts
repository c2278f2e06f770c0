// A shop without faults, in a few lines over the pure domain: every answer is what it ought to be.
// Clients act on it in the tests of the laws. It can lose answers on their way, which is the one
// thing that a faultless shop cannot prevent.
import {
  cartAggregate,
  orderAggregate,
  personAggregate,
} from '../../../src/commands/aggregates.js';
import { cartIdOf, inputHash, orderIdOf } from '../../../src/commands/command-id.js';
import { standardPricing } from '../../../src/domain/cart/pricing.js';
import type { CartState, CheckedOutCartState } from '../../../src/domain/cart/state.js';
import { cartNotFound } from '../../../src/domain/cart/rejections.js';
import { viewCart } from '../../../src/domain/cart/view.js';
import { orderOf } from '../../../src/domain/order/commands.js';
import type { Rejection } from '../../../src/domain/rejection.js';
import { UnreadableEventError } from '../../../src/event-store/recorded.js';
import { occurredAt, type StoredEvent } from '../../../src/event-store/stored-event.js';
import type {
  AcceptedReply,
  CartReply,
  ChangeCart,
  ChangeCatalogue,
  ChangeOrder,
  ClaimGuestsCart,
  DoneReply,
  ErasePeople,
  FailedReply,
  Operate,
  PushReply,
  QueryCart,
  ReadPast,
  WatchCart,
  WriteForeign,
} from '../history.js';
import { seenCartOf, seenOrderOf, type SeenCart } from '../seen-cart.js';
import type { CommandReply, ShopPort } from '../shop-port.js';
import type { Deed } from '../outside/deeds.js';
import { changeCatalogue } from './model-catalogue.js';
import { claimCart, mayAct } from './model-claims.js';
import { barred, done, notUnderstood, paymentIn, refusal } from './model-replies.js';
import { commandOf, keyIdOf } from './model-commands.js';
import { ModelLog } from './model-log.js';
import { ModelOrders } from './model-orders.js';

interface ModelWatch {
  readonly cartId: string;
  readonly onReply: (reply: PushReply | FailedReply) => void;
  /** The revision that it has come to. */
  reached: number;
}

export interface ModelShopOptions {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  readonly onStored: (event: StoredEvent) => void;
  /** Whether the next answer is lost on its way. */
  readonly losesAnswer: () => boolean;
  /** Told of what the bank and the mail server have done. */
  readonly onDeed: (deed: Deed) => void;
}

export class ModelShop implements ShopPort {
  readonly instances = ['one', 'two'];
  readonly log: ModelLog;
  private readonly watches = new Set<ModelWatch>();
  private readonly orders: ModelOrders;

  constructor(private readonly options: ModelShopOptions) {
    this.log = new ModelLog((event) => {
      options.onStored(event);
      this.push(event);
    });
    this.orders = new ModelOrders(this.log, options.now, options.onDeed);
  }

  async changeCart(intent: ChangeCart): Promise<CommandReply> {
    return this.unlessLost(await this.understood(() => this.decided(intent)));
  }

  claimCart(intent: ClaimGuestsCart): Promise<CommandReply> {
    return this.understood((): CommandReply => {
      const claimed = claimCart(this.log, intent, this.options.now());
      if ('rejected' in claimed) return refusal(claimed.rejected, null);
      return this.unlessLost({ ...done, cart: this.seen(claimed.state) });
    });
  }

  changeCatalogue(intent: ChangeCatalogue): Promise<CommandReply> {
    return this.unlessRejected(changeCatalogue(this.log, intent, this.options.now()));
  }

  changeOrder(intent: ChangeOrder): Promise<CommandReply> {
    return this.unlessRejected(this.orders.change(intent));
  }

  queryCart({ cartId, customerId }: QueryCart): Promise<CartReply | FailedReply> {
    return this.understood(() => {
      const state = this.cart(cartId);
      return { kind: 'cart', cart: mayAct(state, customerId) ? this.seen(state) : null };
    });
  }

  readPast({ cartId, cartToken, at }: ReadPast): Promise<CartReply | FailedReply> {
    return this.understood(() => {
      const events = this.log.streamOf(`cart-${cartId}`);
      const isBarred = cartToken !== undefined && !mayAct(this.cart(cartId), undefined);
      if (isBarred) return { kind: 'cart', cart: null };
      if ('revision' in at) {
        if (at.revision >= events.length) return { kind: 'cart', cart: null };
        const state = this.cart(cartId, events.slice(0, at.revision + 1));
        const instant = state.status === 'ABSENT' ? 0 : state.updatedAt;
        return { kind: 'cart', cart: this.seen(state, instant) };
      }
      const later = events.findIndex((event) => occurredAt(event) > at.instant);
      const state = this.cart(cartId, later < 0 ? events : events.slice(0, later));
      return { kind: 'cart', cart: this.seen(state, at.instant) };
    });
  }

  watchCart(
    { cartId, afterRevision }: WatchCart,
    onReply: (reply: PushReply | FailedReply) => void,
  ): () => void {
    const events = this.log.streamOf(`cart-${cartId}`);
    const watch: ModelWatch = { cartId, onReply, reached: afterRevision ?? events.length - 1 };
    try {
      if (!mayAct(this.cart(cartId), undefined)) {
        onReply(barred);
        return () => undefined;
      }
      if (afterRevision === undefined) {
        const cart = this.seen(this.cart(cartId));
        if (cart === null) throw new RangeError('Nobody opened this cart');
        onReply({ kind: 'push', event: null, cart, revision: watch.reached });
      }
      for (const event of events.slice(watch.reached + 1)) this.pushTo(watch, event);
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      onReply(notUnderstood(error));
      return () => undefined;
    }
    this.watches.add(watch);
    return () => this.watches.delete(watch);
  }

  operate({ operation }: Operate): Promise<DoneReply> {
    const verified = operation === 'verify' ? { differences: [] } : {};
    return Promise.resolve({ kind: 'done', outcome: operation, ...verified });
  }

  erasePeople({ email }: ErasePeople): Promise<DoneReply> {
    const keyId = keyIdOf(this.log, email);
    const event = { type: 'PersonErased' as const, data: { keyId } };
    this.log.append(personAggregate, `person-${keyId}`, [event], this.options.now());
    return Promise.resolve({ kind: 'done', outcome: 'erased' });
  }

  writeForeign({ stream, eventId, type, data, metadata }: WriteForeign): Promise<DoneReply> {
    this.log.appendForeign(stream, { id: eventId, type, data }, metadata, this.options.now());
    return Promise.resolve({ kind: 'done', outcome: 'written' });
  }

  private decided(intent: ChangeCart): CommandReply {
    const { commandId, expectedRevision, change } = intent;
    const cartId = intent.cartId ?? cartIdOf(commandId ?? '');
    const stream = `cart-${cartId}`;
    const events = this.log.streamOf(stream);
    const state = this.cart(cartId, events);
    if (!mayAct(state, intent.customerId)) return refusal(cartNotFound, null);
    const commandHash = inputHash('change', { change, expectedRevision });
    const key = change.type === 'OpenCart' ? `sealed ${commandId}` : commandId;
    const earlier =
      key === undefined ? undefined : events.findLast(({ metadata }) => metadata.commandId === key);
    if (earlier !== undefined) {
      if (earlier.metadata.commandHash !== commandHash) {
        return refusal({ code: 'COMMAND_ID_REUSED', message: '' }, this.seen(state));
      }
      return this.accepted(this.cart(cartId, events.slice(0, earlier.revision + 1)));
    }
    // An event of an unknown type may have come since.
    if (expectedRevision !== undefined && expectedRevision < state.revision) {
      const currentRevision = events.length - 1;
      return { kind: 'refused', code: 'CONFLICT', cart: this.seen(state), currentRevision };
    }
    const at = Math.max(this.options.now(), ...events.map(occurredAt));
    const decision = cartAggregate.decider.decide(commandOf(this.log, intent, state, at), state);
    if ('rejected' in decision) return refusal(decision.rejected, this.seen(state));
    const paymentToken = paymentIn(intent);
    if (paymentToken !== undefined && state.status !== 'ABSENT') {
      const refused = this.orders.take(state, orderIdOf(cartId), paymentToken);
      if (refused !== undefined) return refusal(refused, this.seen(state));
    }
    const metadata = key === undefined ? {} : { commandId: key, commandHash };
    this.log.append(cartAggregate, stream, decision.accepted, at, metadata);
    return this.accepted(this.cart(cartId));
  }

  private accepted(state: CartState): AcceptedReply {
    if (state.status === 'ABSENT') throw new RangeError('Nothing is absent that was accepted');
    const order = state.status === 'CHECKED_OUT' ? this.order(state) : null;
    const cartToken = state.revision === 0 ? `token of ${state.id}` : null;
    return { kind: 'accepted', cart: this.seen(state), order, cartToken };
  }

  private order(state: CheckedOutCartState) {
    const orderId = orderIdOf(state.id);
    const stream = `order-${orderId}`;
    if (this.log.streamOf(stream).length === 0) {
      const { order } = orderOf(state, state.updatedAt, orderId, standardPricing);
      this.log.append(
        orderAggregate,
        stream,
        [{ type: 'OrderPlaced', data: order }],
        state.updatedAt,
      );
      if (state.payment.kind === 'GATEWAY') this.orders.fulfil(state, orderId);
    }
    return seenOrderOf(this.log.fold(orderAggregate, stream));
  }

  private cart(cartId: string, events?: readonly StoredEvent[]): CartState {
    return this.log.fold(cartAggregate, `cart-${cartId}`, events);
  }

  private seen(state: CartState, at = this.options.now()): SeenCart | null {
    if (state.status === 'ABSENT') return null;
    return seenCartOf(viewCart(state, at, standardPricing.current));
  }

  private push(event: StoredEvent): void {
    for (const watch of this.watches) {
      if (event.stream !== `cart-${watch.cartId}`) continue;
      try {
        this.pushTo(watch, event);
      } catch (error) {
        if (!(error instanceof UnreadableEventError)) throw error;
        this.watches.delete(watch);
        watch.onReply(notUnderstood(error));
      }
    }
  }

  private pushTo(watch: ModelWatch, { id, type, stream, revision }: StoredEvent): void {
    const events = this.log.streamOf(stream).slice(0, revision + 1);
    const state = this.cart(watch.cartId, events);
    const cart = this.seen(state);
    watch.reached = revision;
    if (!mayAct(state, undefined)) {
      this.watches.delete(watch);
      watch.onReply(barred);
      return;
    }
    // An event of an unknown type leaves the cart as it was.
    if (cart?.revision !== revision) return;
    watch.onReply({ kind: 'push', event: { id, type }, cart, revision });
  }

  private unlessRejected(rejected: Rejection | undefined): Promise<CommandReply> {
    return Promise.resolve(rejected ? refusal(rejected, null) : this.unlessLost(done));
  }

  private unlessLost(reply: CommandReply): CommandReply {
    if (!this.options.losesAnswer()) return reply;
    return { kind: 'failed', code: 'LOST', words: 'the answer was lost' };
  }

  private understood<Given>(give: () => Given): Promise<Given | FailedReply> {
    try {
      return Promise.resolve(give());
    } catch (error) {
      if (error instanceof UnreadableEventError) return Promise.resolve(notUnderstood(error));
      throw error;
    }
  }
}
