// Events that every codec accepts and that make no sense: alone, one after the other, over all
// streams. No fold and no projection fails by them. Each stream says what is wrong with it, and all
// others are exactly what they would be without.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventAsJson, eventAsLine } from '../../src/cli/log/event-text.js';
import {
  cartAggregate,
  couponAggregate,
  inventoryAggregate,
  orderAggregate,
  productAggregate,
} from '../../src/commands/aggregates.js';
import {
  standardPricing,
  standardRules,
  UnknownPricingError,
} from '../../src/domain/cart/pricing.js';
import type { CouponState } from '../../src/domain/coupon/state.js';
import type { ExistingCartState } from '../../src/domain/cart/state.js';
import { summarize } from '../../src/domain/cart/summary.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { readShopEvent } from '../../src/projections/shop-events.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import type { Fold, Folded } from '../../src/folds/folding.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import type { ReadModels } from '../../src/read-models/read-models.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import { CartHistory } from '../../src/time-travel/cart-history.js';
import { supposedCarts } from '../../src/time-travel/supposed-carts.js';
import { type AbsurdEvent, absurdEvents } from '../controls/absurd-events.js';
import { added, CART_ID, opened, orderPlaced } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';
import { PostgresServer, whyNoPostgres } from '../read-models/postgres-server.js';

const projections = projectionsOf(standardPricing);
const foldOf =
  <State, Event>(fold: Fold<State, Event>) =>
  (log: StoredLog, stream: string): Promise<Folded<unknown>> =>
    new StreamFolds(log).upTo(fold, stream);
const folds: Readonly<Record<string, ReturnType<typeof foldOf>>> = {
  cart: foldOf(cartAggregate),
  order: foldOf(orderAggregate),
  product: foldOf(productAggregate),
  coupon: foldOf(couponAggregate),
  inventory: foldOf(inventoryAggregate),
};
const soundStreams = [`cart-${CART_ID}`, `order-${orderPlaced(1).data.orderId}`];
const END_OF_TIME = 8_640_000_000_000_000;

const ofCoupon = { stream: 'coupon-A', schemaVersion: 1, occurredAt: Date.UTC(2010, 11, 8) };
/** A coupon that nobody defined. Chance seldom has both events. */
const usedThenWithdrawn: AbsurdEvent[] = [
  {
    ...ofCoupon,
    type: 'CouponRedeemed',
    data: {
      ...{ code: 'A', orderId: 'A', attemptId: null, cartId: 'A' },
      ...{ customerKey: 'A', expiresAt: null },
    },
  },
  { ...ofCoupon, type: 'CouponWithdrawn', data: { code: 'A' } },
];

/** The absurd events between those of a cart and an order that make sense. */
function logOf(events: readonly AbsurdEvent[]): StoredLog {
  const log = new StoredLog();
  const [cart = '', order = ''] = soundStreams;
  log.append(cart, opened());
  for (const { stream, type, data, schemaVersion, occurredAt } of events) {
    const stored = log.appendRaw(stream, type, data, schemaVersion);
    const metadata = { ...stored.metadata, occurredAt: new Date(occurredAt).toISOString() };
    log.events[log.events.length - 1] = { ...stored, metadata };
  }
  log.append(order, orderPlaced(500, 2));
  log.append(cart, added('MUG', 2, 250));
  return log;
}

const streamsOf = ({ events }: StoredLog) => [...new Set(events.map(({ stream }) => stream))];
const idOf = (stream: string) => stream.slice(stream.indexOf('-') + 1);

/** What `work` gives; undefined where the stream says that it is not understood. */
async function unlessUnreadable<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnreadableEventError) return undefined;
    throw error;
  }
}

async function stateOf(log: StoredLog, stream: string): Promise<unknown> {
  const fold = folds[stream.slice(0, stream.indexOf('-'))]!;
  return (await unlessUnreadable(() => fold(log, stream)))?.state;
}

function expectCountable(state: ExistingCartState, at: number): void {
  const { totals, lines } = viewCart(state, at, standardRules);
  const { subtotal, discount, total, itemCount, because } = totals;
  for (const amount of [subtotal, discount, total]) expect(Number.isSafeInteger(amount)).toBe(true);
  expect(itemCount).toBeLessThan(2 ** 31);
  expect(because.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
  expect(lines.every(({ quantity }) => quantity > 0)).toBe(true);
}

async function judgeHistory(log: StoredLog, cartId: string): Promise<void> {
  const history = new CartHistory(log, cartAggregate, () => standardRules);
  const events = log.events.filter(({ stream }) => stream === `cart-${cartId}`);
  for (const { revision, metadata } of events) {
    const at = Date.parse(metadata.occurredAt);
    for (const work of [
      () => history.cartAtRevision(cartId, revision),
      () => history.cartAt(cartId, at),
      () => history.explanation(cartId, at).then((explained) => explained?.state ?? null),
      () => history.diff(cartId, at, END_OF_TIME).then(({ to }) => to),
    ]) {
      const state = await unlessUnreadable(work);
      if (state) expectCountable(state, at);
    }
  }
  const { rows } = await history.timeline(cartId, {});
  expect(rows.length).toBe(events.length);
  for (const { reading } of rows) {
    if (reading.kind === 'understood') expect(summarize(reading.event, 'GBP')).toBeTruthy();
  }
}

let server: PostgresServer | undefined;
beforeAll(async () => {
  if (whyNoPostgres === undefined) server = await PostgresServer.start();
}, 60_000);
afterAll(() => server?.remove());

const databases = [
  { database: 'SQLite', place: () => Promise.resolve({}), numRuns: 300 },
  ...(whyNoPostgres === undefined
    ? [
        {
          database: 'Postgres',
          place: async () => ({ databaseUrl: (await server?.database()) ?? '' }),
          numRuns: 50,
        },
      ]
    : []),
];
const unless = whyNoPostgres === undefined ? '' : ` (not on Postgres: ${whyNoPostgres})`;

describe.each(databases)('events that a codec accepts, on $database', ({ place, numRuns }) => {
  let dataDir = '';
  let rows: RowStore;
  let reads: ReadModels;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cartograph-absurd-'));
    const where = { dataDir, ...(await place()) };
    rows = await openRowStore(where);
    reads = await openReadModels(where);
  });
  afterEach(async () => {
    await reads.close();
    await rows.close();
    await rm(dataDir, { recursive: true });
  });

  /** Projects the log, stopping at any error, a few events at a time. */
  async function project({ events, head }: StoredLog): Promise<void> {
    await rows.startOver(await rows.generations());
    const projector = await Projector.start(rows, projections, { onError: 'stop' });
    for (let at = 0; at < events.length; at += 3) await projector.apply(events.slice(at, at + 3));
    expect(projector.checkpoint).toBe(head);
  }

  async function judgeRows(log: StoredLog): Promise<void> {
    for (const stream of streamsOf(log)) {
      const state = await stateOf(log, stream);
      const isNameless = log.events.some(
        (stored) => stored.stream === stream && readShopEvent(stored).kind === 'not understood',
      );
      const isDoubtful = await reads.isDoubtful(stream.slice(0, 500).replaceAll('\0', '\ufffd'));
      expect([stream, isDoubtful]).toEqual([stream, state === undefined || isNameless]);
      if (state === undefined || isNameless) continue;
      const row = await rowOf(stream);
      // The rows of coupons do not follow their uses: each use has a row of its own.
      const revision = (row as CouponState | null)?.revision;
      const withoutUses = { used: 0, uses: [], customers: [], revision };
      const ofRow = stream.startsWith('coupon-') ? withoutUses : {};
      const expected: unknown = JSON.parse(JSON.stringify({ ...state, ...ofRow }));
      if (row !== null) expect([stream, row]).toEqual([stream, expected]);
    }
    expect((await reads.cart(CART_ID))?.view.totals).toMatchObject({ total: 500, itemCount: 2 });
  }

  async function rowOf(stream: string): Promise<unknown> {
    const id = idOf(stream);
    if (stream.startsWith('cart-')) return (await reads.cart(id))?.state ?? null;
    if (stream.startsWith('order-')) return reads.order(id);
    if (stream.startsWith('inventory-')) return reads.stock(id);
    return stream.startsWith('product-') ? reads.product(id) : reads.coupon(id);
  }

  async function judgeReports(): Promise<void> {
    await reads.products({ search: null, size: 200 });
    for (const currency of ['GBP', 'JPY', 'ZZZ']) {
      for (const timeZone of ['UTC', 'Pacific/Kiritimati', 'Asia/Kathmandu']) {
        const range = { from: Date.UTC(0), to: Date.UTC(9999, 11, 31, 23, 59, 59), currency };
        const days = await reads.revenue({ ...range, timeZone });
        for (const { orders, units } of days) {
          expect(Number.isSafeInteger(orders) && Number.isSafeInteger(units)).toBe(true);
        }
      }
    }
  }

  /** Every finding is about an absurd stream that cannot be folded, and all of those are found. */
  async function judgeFindings(log: StoredLog): Promise<void> {
    // Chains are another matter: this log has none, and no metadata of its streams either.
    const { differences } = await verify(log, rows, projections);
    const found = new Set(differences.map((line) => line.slice(0, line.lastIndexOf('@'))));
    for (const stream of soundStreams) expect([...found]).not.toContain(stream);
    for (const stream of streamsOf(log)) {
      if ((await stateOf(log, stream)) !== undefined) continue;
      expect(differences.some((line) => line.startsWith(`${stream}@`))).toBe(true);
    }
    expect(differences.filter((line) => line.includes('differs from its fold'))).toEqual([]);
  }

  async function judge(events: readonly AbsurdEvent[]): Promise<void> {
    const log = logOf(events);
    await project(log);
    await judgeRows(log);
    await judgeReports();
    await judgeFindings(log);
    for (const stream of streamsOf(log)) {
      if (stream.startsWith('cart-')) await judgeHistory(log, idOf(stream));
    }
    const otherTerms = new Map();
    const question = { pricing: standardPricing, otherTerms, from: -Infinity, to: Infinity, at: 0 };
    await unlessForgotten(() => supposedCarts(log.readAll(), question));
    for (const stored of log.events) expect(eventAsJson(stored) + eventAsLine(stored)).toBeTruthy();
  }

  /** An order by rules of another build cannot be compared; that is said in a word. */
  async function unlessForgotten(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => expect(error).toBeInstanceOf(UnknownPricingError));
  }

  test(`fail no fold, no projection and no tool, in any order${unless}`, async () => {
    const examples: [AbsurdEvent[]][] = [[usedThenWithdrawn]];
    await fc.assert(fc.asyncProperty(absurdEvents, judge), { numRuns, examples });
  }, 120_000);
});
