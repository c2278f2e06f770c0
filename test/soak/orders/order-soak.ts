// Orders with payment while instances and the event store are killed, and while events reach the
// reactions twice and out of order. Afterwards the log, the bank and the mailbox are asked what
// became of each order.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import * as documents from '../../../schema/generated/graphql.js';
import { EventStore } from '../../../src/event-store/event-store.js';
import { retrying } from '../../../src/waiting/retrying.js';
import { type Randomness, SeededRandomness } from '../../simulator/randomness.js';
import { Stage } from '../stage.js';
import { BuyingCrowd, plenty, rare } from './buying-crowd.js';
import { Mailbox } from './mailbox.js';
import { type BookedOrder, OrderBook } from './order-book.js';
import { PersistentCaller } from './persistent-caller.js';

export interface OrderSoakOptions {
  readonly orders: number;
  readonly kills: number;
  readonly rareUnits: number;
  readonly seed: number;
  /** How long mails are awaited at the end; one that a killed instance had begun waits 2 minutes. */
  readonly mailsWithinMs: number;
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
  readonly kills: number;
  /** From the last restart until no order was stuck. */
  readonly settledAfterMs: number;
}

/** What is promised after the last kill. */
export const SETTLED_WITHIN_MS = 30_000;
const WIDTH = 12;
const LOOK_MS = { least: 100, most: 100 };
const LONGEST_DOWN_MS = 500;
/** Of the kills, so many are the event store's. */
const STORE_SHARE = 0.2;

const disturbed = new URL('./disturbed-deliveries.ts', import.meta.url).href;

/** @throws when something does not start, or a client gets a fault for an answer */
export async function orderSoak(options: OrderSoakOptions): Promise<OrderSoakResult> {
  const mailbox = await Mailbox.open();
  try {
    const settings = { SMTP_URL: mailbox.url, NODE_OPTIONS: `--import=${disturbed}` };
    const stage = await Stage.start({ instances: 2, database: 'postgres', settings });
    const store = EventStore.connect(stage.connectionString);
    try {
      return await new OrderSoak(stage, store, mailbox, options).run();
    } finally {
      await store.close();
      await stage.stop();
      await stage.remove();
    }
  } finally {
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
    private readonly mailbox: Mailbox,
    private readonly options: OrderSoakOptions,
  ) {
    this.random = SeededRandomness.of(options.seed);
  }

  async run(): Promise<OrderSoakResult> {
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
        ...(await this.bankFindings(book)),
        ...(await this.missingMails(book)),
        ...mailFindings(this.mailbox, book),
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

  /** One charge for each order that was paid, none for the others, and what was due paid back. */
  private async bankFindings(book: OrderBook): Promise<readonly string[]> {
    const client = new pg.Client(this.stage.instances[0]?.place.databaseUrl);
    await client.connect();
    try {
      const charges = await rowsOf<BankCharge>(client, 'SELECT * FROM sandbox_charge');
      const refunds = await rowsOf<BankRefund>(client, 'SELECT * FROM sandbox_refund');
      const faults = book.all.flatMap((order) => bankFaults(order, charges, refunds));
      return [...faults, ...(await keptTokens(client, book))];
    } finally {
      await client.end();
    }
  }

  /** A mail that has not come is one whose outcome nobody knows: its event is parked. */
  private async missingMails(book: OrderBook): Promise<readonly string[]> {
    const { mailsWithinMs } = this.options;
    if (mailsWithinMs === 0) return [];
    const missing = await this.mailbox.missing(mailsDue(book), mailsWithinMs);
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
      mails: this.mailbox.counts.size,
      mailsDue: mailsDue(book).length,
      kills: this.begun,
    };
  }
}

interface BankCharge {
  readonly key: string;
  readonly amount: number | string;
  readonly outcome: string;
}

interface BankRefund {
  readonly charge_key: string;
  readonly amount: number | string;
}

async function rowsOf<Row extends object>(client: pg.Client, sql: string): Promise<readonly Row[]> {
  return (await client.query<Row>(sql)).rows;
}

function bankFaults(
  order: BookedOrder,
  charges: readonly BankCharge[],
  refunds: readonly BankRefund[],
): readonly string[] {
  const sum = (rows: readonly { readonly amount: number | string }[]) =>
    rows.reduce((so, { amount }) => so + Number(amount), 0);
  const { orderId } = order;
  const charged = charges.filter(({ key, outcome }) => key === orderId && outcome === 'CHARGED');
  const paid = order.has('PaymentReceived') ? order.total : 0;
  const repaid = sum(refunds.filter(({ charge_key: key }) => key === orderId));
  return [
    ...(sum(charged) === paid ? [] : [`${orderId}: the bank charged ${sum(charged)}, not ${paid}`]),
    ...(repaid === order.refunded ? [] : [`${orderId}: the bank paid ${repaid} back`]),
  ];
}

/** A token is removed a moment after its order was paid or declined. */
async function keptTokens(client: pg.Client, { all }: OrderBook): Promise<readonly string[]> {
  const owners = new Map(all.map(({ intentId, orderId }) => [intentId, orderId]));
  const kept = async () => {
    const sql = 'SELECT intent_id FROM payment_token';
    const rows = await rowsOf<{ readonly intent_id: string }>(client, sql);
    return rows.flatMap(({ intent_id: intentId }) => owners.get(intentId) ?? []);
  };
  const demandNone = async () => {
    const orderIds = await kept();
    if (orderIds.length > 0) throw new KeptTokensError();
  };
  const retryIf = (error: unknown) => error instanceof KeptTokensError;
  const looking = retrying(demandNone, { retryIf, pauseMs: LOOK_MS, withinMs: 5_000 });
  await looking.catch((error: unknown) => {
    if (!(error instanceof KeptTokensError)) throw error;
  });
  return (await kept()).map((orderId) => `${orderId}: its payment token is still there`);
}

class KeptTokensError extends Error {}

/** An order that a buyer was told of is in the log. */
function lostFindings({ orderIds }: BuyingCrowd, { all }: OrderBook): readonly string[] {
  const known = new Set(all.map(({ orderId }) => orderId));
  return orderIds.filter((orderId) => !known.has(orderId)).map((orderId) => `lost: ${orderId}`);
}

const mailed = ['OrderPlaced', 'PaymentReceived', 'OrderShipped', 'OrderCancelled'];

function mailsDue({ all }: OrderBook): readonly string[] {
  return all.flatMap((order) =>
    mailed.filter((type) => order.has(type)).map((type) => `${order.orderId}.${type}@localhost`),
  );
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
