// The shop as the clients of a run reach it: instances in this process, by messages that take a
// while and may never be answered.
import { subscribeToCart } from '../../src/graphql/resolvers/live-carts.js';
import { ShownCart } from '../../src/graphql/cart-view.js';
import type { LiveCartChange } from '../../src/live-updates/live-changes.js';
import {
  type CartReply,
  type ChangeCart,
  type ChangeCatalogue,
  type ChangeOrder,
  type ClaimGuestsCart,
  type DoneReply,
  type ErasePeople,
  type FailedReply,
  LOST,
  type Operate,
  type PushReply,
  type QueryCart,
  type ReadPast,
  type WatchCart,
  type WriteForeign,
} from './history.js';
import type { Instance } from './instance.js';
import type { Running } from './running.js';
import { erasedPeople } from './people/people-left.js';
import type { Randomness } from './randomness.js';
import type { Life, Schedule } from './schedule.js';
import { seenCartOf } from './seen-cart.js';
import {
  changedCart,
  changedCatalogue,
  changedOrder,
  claimedCart,
  currentCart,
  failedBy,
  operated,
  operationFailedBy,
  pastCart,
} from './service-answers.js';
import { contextOf, guest } from './principals.js';
import type { CommandReply, ShopPort } from './shop-port.js';
import type { SimulatedStore } from './store/simulated-store.js';

/** One that can answer. */
type Answering = Running & { readonly services: NonNullable<Running['services']> };

/** One question that is under way to an instance, or back. */
interface Open {
  readonly life: Life;
  readonly lose: () => void;
}

/** How long a message takes, in milliseconds. */
const LATENCY = { least: 1, most: 8 };
/** How long a client waits for an answer. */
const PATIENCE_MS = 12_000;

const lost = (words: string): FailedReply => ({ kind: 'failed', code: LOST, words });

export class SimulatedShop implements ShopPort {
  private readonly open = new Set<Open>();

  constructor(
    private readonly all: readonly Instance[],
    private readonly schedule: Schedule,
    private readonly world: Life,
    private readonly randomness: Randomness,
    private readonly store: SimulatedStore,
  ) {}

  get instances(): readonly string[] {
    return this.all.map(({ name }) => name);
  }

  changeCart(intent: ChangeCart): Promise<CommandReply> {
    return this.ask(intent.instance, ({ services }) => changedCart(services, intent));
  }

  claimCart(intent: ClaimGuestsCart): Promise<CommandReply> {
    return this.ask(intent.instance, ({ services }) => claimedCart(services, intent));
  }

  changeCatalogue(intent: ChangeCatalogue): Promise<CommandReply> {
    return this.ask(intent.instance, ({ services }) => changedCatalogue(services, intent));
  }

  changeOrder(intent: ChangeOrder): Promise<CommandReply> {
    return this.ask(intent.instance, ({ services }) => changedOrder(services, intent));
  }

  queryCart(intent: QueryCart): Promise<CartReply | FailedReply> {
    return this.ask(intent.instance, ({ services }) => currentCart(services, intent));
  }

  readPast(intent: ReadPast): Promise<CartReply | FailedReply> {
    return this.ask(intent.instance, ({ services }) => pastCart(services, intent));
  }

  operate(intent: Operate): Promise<DoneReply | FailedReply> {
    return this.ask(intent.instance, (running) => operated(running, intent), operationFailedBy);
  }

  erasePeople(intent: ErasePeople): Promise<DoneReply | FailedReply> {
    return this.ask(intent.instance, ({ services }) => erasedPeople(services, intent));
  }

  watchCart(intent: WatchCart, onReply: (reply: PushReply | FailedReply) => void): () => void {
    const watch = new Watch(this.schedule, this.world, () => this.latencyMs(), onReply);
    this.request(intent.instance, {
      lose: (words) => watch.fail(lost(words)),
      arrive: (running) => {
        const opened = this.keepOpen(running.life, () => watch.fail(lost('the instance is gone')));
        void watch.serve(running, intent).finally(() => this.open.delete(opened));
      },
    });
    return () => watch.leave();
  }

  writeForeign(intent: WriteForeign): Promise<DoneReply | FailedReply> {
    const { cluster } = this.store;
    const { stream, eventId, type, data, metadata } = intent;
    const proposed = {
      ...{ id: eventId, type, isJson: true, data: bytesOf(data) },
      metadata: metadata === undefined ? new Uint8Array() : bytesOf(metadata),
    };
    return new Promise((resolve) => {
      const answer = (outcome: string) =>
        this.schedule.after(0, this.world, 'written', () => resolve({ kind: 'done', outcome }));
      this.schedule.after(PATIENCE_MS, this.world, 'writer gives up', () =>
        resolve(lost('there was no answer in time')),
      );
      try {
        const append = { stream, events: [proposed], expected: 'any' as const };
        cluster.append(cluster.leader, append, () => void answer('written'));
      } catch (refusal) {
        answer(`refused: ${String(refusal)}`);
      }
    });
  }

  /** A life of an instance is over: nobody hears from it any more. */
  gone(life: Life): void {
    for (const open of [...this.open]) {
      if (open.life !== life) continue;
      this.open.delete(open);
      this.schedule.after(this.latencyMs(), this.world, 'connection lost', open.lose);
    }
  }

  private ask<Reply>(
    name: string,
    answer: (running: Answering) => Promise<Reply>,
    failing = failedBy,
  ): Promise<Reply | FailedReply> {
    return new Promise((resolve) => {
      const stopWaiting = this.schedule.after(PATIENCE_MS, this.world, 'client gives up', () =>
        resolve(lost('there was no answer in time')),
      );
      const reply = (heard: Reply | FailedReply) => {
        stopWaiting();
        resolve(heard);
      };
      this.request(name, {
        lose: (words) => reply(lost(words)),
        arrive: (running) => {
          const opened = this.keepOpen(running.life, () => reply(lost('the instance is gone')));
          const send = (heard: Reply | FailedReply) => {
            this.open.delete(opened);
            this.schedule.after(this.latencyMs(), this.world, 'reply', () => reply(heard));
          };
          answer(running).then(send, (error: unknown) => send(failing(error)));
        },
      });
    });
  }

  /** One message to an instance, which may be down by the time it is there. */
  private request(
    name: string,
    {
      arrive,
      lose,
    }: {
      readonly arrive: (running: Answering) => void;
      readonly lose: (words: string) => void;
    },
  ): void {
    const { schedule, world } = this;
    const ms = this.latencyMs();
    const refuse = () =>
      schedule.after(ms, world, 'connection refused', () => lose('the instance is down'));
    const running = this.all.find((instance) => instance.name === name)?.running;
    if (running === undefined || !canAnswer(running)) {
      refuse();
      return;
    }
    const underWay = this.keepOpen(running.life, () => lose('the instance is gone'));
    schedule.after(ms, running.life, 'request', () => {
      this.open.delete(underWay);
      arrive(running);
    });
  }

  private keepOpen(life: Life, lose: () => void): Open {
    const open = { life, lose };
    this.open.add(open);
    return open;
  }

  private latencyMs(): number {
    return LATENCY.least + this.randomness.below(LATENCY.most - LATENCY.least + 1);
  }
}

function canAnswer(running: Running): running is Answering {
  return running.services !== undefined;
}

/** One subscription over one connection. */
class Watch {
  private isOver = false;
  private life: Life | undefined;
  private iterator: AsyncIterableIterator<LiveCartChange> | undefined;

  constructor(
    private readonly schedule: Schedule,
    private readonly world: Life,
    private readonly latencyMs: () => number,
    private readonly onReply: (reply: PushReply | FailedReply) => void,
  ) {}

  /** Resolves when it is over; each push is on its way before the next one is asked for. */
  async serve({ services, time, life }: Answering, intent: WatchCart): Promise<void> {
    if (this.hasEnded()) return;
    this.life = life;
    const { cartToken, cartId, afterRevision } = intent;
    const context = contextOf(services, guest(cartToken));
    try {
      const cursor = afterRevision === undefined ? {} : { afterRevision };
      this.iterator = await subscribeToCart({ cartId, ...cursor }, context);
      for await (const { entry, state, revision } of this.iterator) {
        if (this.hasEnded() || state.status === 'ABSENT') break;
        const rules = services.rulesInForce();
        const shown = new ShownCart(state, context.principal, time.now(), rules);
        await this.push(life, {
          kind: 'push',
          event: entry && { id: entry.stored.id, type: entry.stored.type },
          cart: seenCartOf(shown.priced()),
          revision,
        });
      }
      this.fail({ kind: 'failed', code: 'LOST', words: 'the subscription ended' });
    } catch (error) {
      this.fail(failedBy(error));
    } finally {
      void this.iterator?.return?.();
    }
  }

  /** The instance learns of it a little later. */
  leave(): void {
    this.isOver = true;
    if (this.life === undefined) return;
    const end = () => void this.iterator?.return?.();
    this.schedule.after(this.latencyMs(), this.life, 'watch is left', end);
  }

  fail(reply: FailedReply): void {
    if (this.isOver) return;
    this.isOver = true;
    this.schedule.after(this.latencyMs(), this.world, 'watch fails', () => this.onReply(reply));
  }

  private push(life: Life, reply: PushReply): Promise<void> {
    return new Promise((resolve) => {
      this.schedule.after(this.latencyMs(), this.world, 'push', () => {
        if (!this.isOver) this.onReply(reply);
        this.schedule.after(0, life, 'push was sent', resolve);
      });
    });
  }

  private hasEnded(): boolean {
    return this.isOver;
  }
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
