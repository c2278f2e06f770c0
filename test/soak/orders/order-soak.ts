// Orders with payment while instances and the event store are killed, and while events reach the
// reactions twice and out of order. Afterwards the log, the bank, the mailbox and the receiver
// of a webhook are asked what became of each order.
import { setTimeout as delay } from 'node:timers/promises';
import * as documents from '../../../schema/generated/graphql.js';
import { EventStore } from '../../../src/event-store/event-store.js';
import { type Randomness, SeededRandomness } from '../../simulator/randomness.js';
import { Stage } from '../stage.js';
import { bankFindings } from './bank-findings.js';
import { BuyingCrowd, plenty, rare } from './buying-crowd.js';
import { Mailbox } from './mailbox.js';
import { type BookedOrder, OrderBook, postedTypes } from './order-book.js';
import { PersistentCaller } from './persistent-caller.js';
import { WebhookInbox } from './webhook-inbox.js';

export interface OrderSoakOptions {
  readonly orders: number;
  readonly kills: number;
  readonly rareUnits: number;
  readonly seed: number;
  /** How long mails are awaited at the end; one that a killed instance had begun waits 2 minutes. */
  readonly mailsWithinMs: number;
  /** How long webhooks are awaited at the end: a refused one is tried again after seconds. */
  readonly webhooksWithinMs: number;
  readonly onProgress?: (words: string) => void;
}

export interface OrderSoakResult {
  /** What was not as it should be; empty when all is well. */
  readonly findings: readonly string[];
  readonly orders: number;
  readonly paid: number;
  readonly cancelled: number;
  readonly shipped: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly mails: number;
  readonly mailsDue: number;
  /** Events that the webhook's receiver has. */
  readonly webhooks: number;
  readonly webhooksDue: number;
  /** Messages that came again, with an id that the receiver knows. */
  readonly webhookRepetitions: number;
  readonly kills: number;
  /** From the last restart until no order was stuck. */
  readonly settledAfterMs: number;
}

/** What is promised after the last kill. */
export const SETTLED_WITHIN_MS = 30_000;
const WIDTH = 12;
const LONGEST_DOWN_MS = 500;
/** Of the kills, so many are the event store's. */
const STORE_SHARE = 0.2;

const disturbed = new URL('./disturbed-deliveries.ts', import.meta.url).href;

/** @throws when something does not start, or a client gets a fault for an answer */
export async function orderSoak(options: OrderSoakOptions): Promise<OrderSoakResult> {
  const mailbox = await Mailbox.open();
  const inbox = await WebhookInbox.open(SeededRandomness.of(options.seed).fork('inbox'));
  try {
    const settings = {
      SMTP_URL: mailbox.url,
      WEBHOOK_PRIVATE_ADDRESSES: 'allow',
      NODE_OPTIONS: `--import=${disturbed}`,
    };
    const stage = await Stage.start({ instances: 2, database: 'postgres', settings });
    const store = EventStore.connect(stage.connectionString);
    try {
      return await new OrderSoak(stage, store, { mailbox, inbox }, options).run();
    } finally {
      await store.close();
      await stage.stop();
      await stage.remove();
    }
  } finally {
    await inbox.close();
    await mailbox.close();
  }
}

class OrderSoak {
  private readonly random: Randomness;
  private killing: Promise<void> = Promise.resolve();
  private begun = 0;

  constructor(
    private readonly stage: Stage,
    private readonly store: EventStore,
    private readonly outside: { readonly mailbox: Mailbox; readonly inbox: WebhookInbox },
    private readonly options: OrderSoakOptions,
  ) {
    this.random = SeededRandomness.of(options.seed);
  }

  async run(): Promise<OrderSoakResult> {
    const { stage } = this;
    await this.registerWebhook();
    const crowd = await this.newCrowd();
    await crowd.open();
    const book = OrderBook.follow(this.store, (orderId) => crowd.paid(orderId));
    try {
      await crowd.shop();
      await this.killing;
      const calmMs = performance.now();
      const stuck = await book.settled(SETTLED_WITHIN_MS);
      const settledAfterMs = performance.now() - calmMs;
      const findings = [
        ...stuck.map((words) => `stuck: ${words}`),
        ...lostFindings(crowd, book),
        ...book.all.flatMap(({ orderId, faults }) => faults.map((what) => `${orderId}: ${what}`)),
        ...(await bankFindings(stage.instances[0]?.place.databaseUrl, book)),
        ...(await this.webhookFindings(book)),
        ...(await this.missingMails(book)),
        ...mailFindings(this.outside.mailbox, book),
        ...(await this.stockFindings(book)),
      ];
      return { ...this.counts(crowd, book), findings, settledAfterMs };
    } finally {
      await book.close();
    }
  }

  private async newCrowd(): Promise<BuyingCrowd> {
    const { instances } = this.stage;
    const { orders, rareUnits } = this.options;
    const random = this.random.fork('crowd');
    return new BuyingCrowd({
      guest: PersistentCaller.guest(instances, this.random.fork('guests')),
      admin: await PersistentCaller.admin(instances, this.random.fork('staff')),
      ...{ random, orders, rareUnits, width: WIDTH },
      onAnswer: (answered) => this.killWhenDue(answered),
    });
  }

  /** Kills are spread evenly over the orders; one begins when the one before is over. */
  private killWhenDue(answered: number): void {
    const { orders, kills, onProgress } = this.options;
    while (this.begun < kills && answered >= ((this.begun + 1) * orders) / (kills + 1)) {
      this.begun += 1;
      const words = `${answered} of ${orders} orders answered, kill ${this.begun} of ${kills}`;
      this.killing = this.killing.then(() => {
        onProgress?.(words);
        return this.killOne();
      });
    }
  }

  private async killOne(): Promise<void> {
    const { instances, node } = this.stage;
    const downMs = this.random.below(LONGEST_DOWN_MS);
    if (node !== undefined && this.random.chance(STORE_SHARE)) {
      await node.kill();
      await delay(downMs);
      return node.start();
    }
    const { service } = this.random.pick(instances);
    await service.kill();
    await delay(downMs);
    await service.restart();
  }

  private async registerWebhook(): Promise<void> {
    const { inbox } = this.outside;
    const random = this.random.fork('webhook');
    const admin = await PersistentCaller.admin(this.stage.instances, random);
    const target = { url: inbox.url, eventTypes: postedTypes };
    const input = { ...target, commandId: random.newId() };
    const { registerWebhook } = await admin.ask(documents.RegisterWebhookDocument, { input });
    inbox.knowsSecret(registerWebhook.secret!);
  }

  /** Each event of an order has come, under one id, and nothing else. */
  private async webhookFindings({ posted }: OrderBook): Promise<readonly string[]> {
    const { inbox } = this.outside;
    const missing = await inbox.missing([...posted.keys()], this.options.webhooksWithinMs);
    const others = [...inbox.taken].filter(([eventId]) => !posted.has(eventId));
    const twice = [...inbox.taken].filter(([, { messageIds }]) => messageIds.size > 1);
    return [
      ...inbox.faults,
      ...missing.map((eventId) => `webhook: ${posted.get(eventId)} has not come`),
      ...others.map(([eventId]) => `webhook: ${eventId} is about nothing`),
      ...twice.map(([eventId]) => `webhook: ${posted.get(eventId)} came under several ids`),
    ];
  }

  /** A mail that has not come is one whose outcome nobody knows: its event is parked. */
  private async missingMails(book: OrderBook): Promise<readonly string[]> {
    const { mailsWithinMs } = this.options;
    if (mailsWithinMs === 0) return [];
    const missing = await this.outside.mailbox.missing(mailsDue(book), mailsWithinMs);
    const admin = await PersistentCaller.admin(this.stage.instances, this.random.fork('parked'));
    const { reactions } = await admin.ask(documents.ReactionsDocument, {});
    const parked = reactions.find(({ name }) => name === 'mail')?.parkedCount ?? 0;
    if (missing.length <= parked) return [];
    return [`${missing.length} mails are missing, ${parked} are parked: ${missing.join(' ')}`];
  }

  private async stockFindings(book: OrderBook): Promise<readonly string[]> {
    const admin = await PersistentCaller.admin(this.stage.instances, this.random.fork('count'));
    const received = { [plenty.sku]: plenty.stock, [rare.sku]: this.options.rareUnits };
    const findings: string[] = [];
    for (const [sku, units] of Object.entries(received)) {
      const kept = book.all.filter((order) => !order.has('OrderCancelled'));
      const gone = unitsOf(
        sku,
        kept.filter((order) => order.has('OrderShipped')),
      );
      const expected = { onHand: units - gone, reserved: unitsOf(sku, kept) - gone };
      const { stock } = await admin.ask(documents.StockDocument, { sku });
      const shown = { onHand: stock?.onHand, reserved: stock?.reserved };
      if (JSON.stringify(shown) === JSON.stringify(expected)) continue;
      findings.push(`${sku}: ${JSON.stringify(shown)}, expected ${JSON.stringify(expected)}`);
    }
    return findings;
  }

  private counts(crowd: BuyingCrowd, book: OrderBook) {
    const { all } = book;
    const count = (type: string) => all.filter((order) => order.has(type)).length;
    return {
      orders: all.length,
      paid: count('PaymentReceived'),
      cancelled: count('OrderCancelled'),
      shipped: count('OrderShipped'),
      refusals: Object.fromEntries(crowd.refusals),
      mails: this.outside.mailbox.counts.size,
      mailsDue: mailsDue(book).length,
      webhooks: this.outside.inbox.taken.size,
      webhooksDue: book.posted.size,
      webhookRepetitions: this.outside.inbox.repetitions,
      kills: this.begun,
    };
  }
}

/** An order that a buyer was told of is in the log. */
function lostFindings({ orderIds }: BuyingCrowd, { all }: OrderBook): readonly string[] {
  const known = new Set(all.map(({ orderId }) => orderId));
  return orderIds.filter((orderId) => !known.has(orderId)).map((orderId) => `lost: ${orderId}`);
}

const mailed = ['OrderPlaced', 'PaymentReceived', 'OrderShipped', 'OrderCancelled'];

function mailsDue({ all }: OrderBook): readonly string[] {
  return all.flatMap((order) => [
    ...mailed.filter((type) => order.has(type)).map((type) => `${order.orderId}.${type}@localhost`),
    ...[...order.refundIds].map((id) => `${order.orderId}.OrderRefunded.${id}@localhost`),
  ]);
}

/** No mail twice, and none about what did not happen. */
function mailFindings({ counts }: Mailbox, book: OrderBook): readonly string[] {
  const due = new Set(mailsDue(book));
  return [...counts].flatMap(([id, count]) => [
    ...(count === 1 ? [] : [`mail ${id} came ${count} times`]),
    ...(due.has(id) ? [] : [`mail ${id} is about nothing`]),
  ]);
}

function unitsOf(sku: string, orders: readonly BookedOrder[]): number {
  return orders.reduce((sum, order) => sum + order.unitsOf(sku), 0);
}
