// A shop whose process can be killed before or after any of its effects: an append, a request to
// the gateway, a hold, a payment token. The log, the bank, the stock and the tokens outlive it.
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { HeldOrder, CheckoutHold } from '../../src/commands/checkout-holds.js';
import type { OrderHold } from '../../src/commands/order-holds.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { PaymentGateway } from '../../src/gateways/payment.js';
import { PaymentTokens } from '../../src/gateways/payment-tokens.js';
import { TokenTable } from '../../src/gateways/token-table.js';
import { SandboxGateway } from '../../src/gateways/sandbox-gateway.js';
import { OrderPlacement } from '../../src/process-managers/order-placement.js';
import { orderPlacementReaction } from '../../src/process-managers/order-placement-runner.js';
import { orderFulfilmentReaction } from '../../src/process-managers/order-fulfilment-runner.js';
import { Postponed, type Reaction } from '../../src/process-managers/reaction.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { rejection, type Rejection } from '../../src/domain/rejection.js';
import { orderIdOf } from '../../src/commands/command-id.js';
import { Shop } from '../commands/shop.js';
import { passingTime } from '../support/passing-time.js';

export class Killed extends Error {}

/** When a process dies: at its n-th effect, just before it or just after it. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** Counts the effects of one process, and ends it. */
export class Mortality {
  effects = 0;
  isDead = false;

  constructor(private readonly death?: Death) {}

  /** The same object; each call of these methods is an effect. */
  of<Ports extends object>(ports: Ports, effects: readonly (keyof Ports & string)[]): Ports {
    return new Proxy(ports, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (...args: unknown[]): unknown => Reflect.apply(member, target, args);
        return effects.some((one) => one === name)
          ? (...args: unknown[]) => this.live(() => call(...args))
          : call;
      },
    });
  }

  private async live(effect: () => unknown): Promise<unknown> {
    if (this.isDead) throw new Killed();
    this.effects += 1;
    const isLast = this.effects === this.death?.at;
    if (isLast && this.death.when === 'before') this.die();
    const result = await effect();
    if (isLast) this.die();
    return result;
  }

  private die(): never {
    this.isDead = true;
    throw new Killed();
  }
}

/** Units by order; what a process took is there after its death. */
export class Stock implements CheckoutHold, OrderHold {
  readonly held = new Map<string, 'TAKEN' | 'CONFIRMED' | 'GIVEN_BACK' | 'SHIPPED'>();
  refusal: Rejection | undefined;
  confirmations = 0;

  take({ orderId }: HeldOrder): Promise<undefined> {
    if (!this.held.has(orderId)) this.held.set(orderId, 'TAKEN');
    return Promise.resolve(undefined);
  }

  confirm({ id }: { readonly id: string | null }): Promise<Rejection | undefined> {
    if (this.refusal !== undefined) return Promise.resolve(this.refusal);
    const held = this.held.get(id ?? '');
    if (held !== 'GIVEN_BACK' && held !== 'SHIPPED') this.move(id, 'CONFIRMED');
    return Promise.resolve(undefined);
  }

  giveBack(order: { readonly id: string | null } | HeldOrder): Promise<void> {
    this.move('id' in order ? order.id : order.orderId, 'GIVEN_BACK');
    return Promise.resolve();
  }

  ship({ id }: { readonly id: string | null }): Promise<void> {
    this.move(id, 'SHIPPED');
    return Promise.resolve();
  }

  private move(id: string | null, state: 'CONFIRMED' | 'GIVEN_BACK' | 'SHIPPED'): void {
    if (state === 'CONFIRMED' && this.held.get(id ?? '') !== state) this.confirmations += 1;
    this.held.set(id ?? '', state);
  }
}

export const outOfStock = rejection('OUT_OF_STOCK', 'None is left');

/** What outlives every process. */
export class Surroundings {
  readonly stock = new Stock();
  /** What stands between the processes and the bank. */
  gatewayTo: (bank: PaymentGateway) => PaymentGateway = (bank) => bank;

  private constructor(
    readonly store: EventStore,
    readonly bank: SandboxGateway,
    readonly tokens: PaymentTokens,
  ) {}

  static async on(store: EventStore): Promise<Surroundings> {
    const database = SqliteDatabase.on(new DatabaseSync(':memory:'));
    const bank = await SandboxGateway.on(database);
    const secret = Buffer.from('a secret of the tests');
    const shared = await TokenTable.on(database);
    const tokens = new PaymentTokens({ shared, secret, now: Date.now, randomBytes });
    return new Surroundings(store, bank, tokens);
  }

  process(death?: Death): Process {
    return new Process(this, death);
  }
}

/** One process of the service, with all its reactions; it reads the log from its start. */
export class Process {
  readonly mortality: Mortality;
  readonly shop: Shop;
  private readonly reactions: readonly Reaction[];
  private readonly signal = new AbortController().signal;

  constructor(
    private readonly around: Surroundings,
    death?: Death,
  ) {
    this.mortality = new Mortality(death);
    const { mortality } = this;
    const { bank, stock } = around;
    const store = mortality.of(around.store, ['append']);
    const tokens = mortality.of(around.tokens, ['keep', 'find', 'forget']);
    const hold = mortality.of(stock, ['take', 'confirm', 'giveBack', 'ship']);
    const gateway = mortality.of(around.gatewayTo(bank), ['charge', 'lookUp', 'cancel', 'refund']);
    const shop = new Shop(store, { holds: [hold], paymentTokens: tokens });
    this.shop = shop;
    const { time } = passingTime();
    const ports = { orders: shop.fulfilment, holds: [hold], gateway, tokens, time };
    this.reactions = [
      orderPlacementReaction(new OrderPlacement(shop.carts, shop.orders)),
      orderFulfilmentReaction(ports),
    ];
  }

  /**
   * Delivers the events of a cart and its order to the reactions, until no new one follows. What is
   * postponed is delivered again.
   *
   * @throws Killed
   */
  async settle(cartId: string, order = (events: StoredEvent[]) => events): Promise<void> {
    const done = new Set<string>();
    const streams = [`cart-${cartId}`, `order-${orderIdOf(cartId)}`];
    for (;;) {
      const events: StoredEvent[] = [];
      for (const stream of streams) {
        for await (const stored of this.around.store.readStream(stream)) events.push(stored);
      }
      const waiting = events.filter(({ id }) => !done.has(id));
      if (waiting.length === 0) return;
      for (const stored of order(waiting)) {
        if (await this.deliver(stored)) done.add(stored.id);
      }
    }
  }

  /** False when it is postponed. */
  private async deliver(stored: StoredEvent): Promise<boolean> {
    try {
      for (const { prefix, types, act } of this.reactions) {
        if (!stored.stream.startsWith(prefix) || !types.includes(stored.type)) continue;
        await act(stored, this.signal);
      }
      return true;
    } catch (error) {
      if (this.mortality.isDead) throw new Killed();
      if (error instanceof Postponed) return false;
      throw error;
    }
  }
}
