// The service is killed at each arrow of an order's life, and between a claim and its merge: when
// the store has stored the event, and before the service learns of it. It starts again, and every
// order ends as if nothing had happened.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as documents from '../../schema/generated/graphql.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { untilStored } from '../event-store/until-stored.js';
import { ServiceProcess } from '../flow/service.js';
import { type FilledCart, fillCart, untilOrder } from '../flow/whole-shop/buying.js';
import { Person } from '../flow/whole-shop/sites.js';
import { TcpProxy } from '../soak/tcp-proxy.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const sku = 'TEAPOT';
const PRICE = 1_250;
const STOCK = 1_000;

let proxy: TcpProxy;
let service: ServiceProcess;
let store: EventStore;
let guest: Person;

beforeAll(async () => {
  const { port, connectionString } = await startTestNode(cleanup);
  store = connectTestStore(cleanup, connectionString);
  proxy = await TcpProxy.start(() => ({ host: '127.0.0.1', port }));
  cleanup.add(() => proxy.close());
  const settings = { EVENTSTORE_URL: `esdb://127.0.0.1:${proxy.port}?tls=false` };
  service = await ServiceProcess.start(settings);
  cleanup.add(() => service.remove());
  guest = Person.guest([service]);
  const admin = await staff();
  const price = { minorUnits: PRICE, currency: 'GBP' };
  await admin.ask(documents.ListProductDocument, { input: { sku, name: 'Teapot', price } });
  await admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity: STOCK } });
}, 60_000);

const staff = () => Person.signedIn([service], 'admin', 'boss');

const nextStored = (after: bigint, isIt: (event: StoredEvent) => boolean) =>
  untilStored(store, { after, prefixes: ['cart-', 'order-', 'inventory-'], isIt });

interface Arrow {
  /** What the append of the event has, and no other request of the service. */
  readonly text: string;
  readonly isStored: (event: StoredEvent) => boolean;
}

const arrow = (type: string): Arrow => ({
  text: type,
  isStored: (event) => event.type === type,
});

/** Kills the service when the event is stored, whatever `act` gets for an answer. */
async function killedAt({ text, isStored }: Arrow, act: () => Promise<unknown>): Promise<void> {
  const awaited = nextStored(await store.headPosition(), isStored);
  proxy.holdUpAnswersAfter(text);
  const acting = act().catch(() => undefined);
  await awaited;
  expect(proxy.holdsUpAnswers).toBe(true);
  await service.kill();
  await acting;
  proxy.letThrough();
  await service.restart();
}

const checkoutOf = ({ cartId, total }: FilledCart, paymentToken: string) => ({
  input: {
    ...{ cartId, paymentToken, expectedTotal: total, commandId: randomUUID() },
    email: 'ann@example.org',
  },
});

type Checkout = ReturnType<typeof checkoutOf>;

const checkOut = ({ holder }: FilledCart, checkout: Checkout) =>
  holder.ask(documents.CheckoutDocument, checkout);

/** What the log has of the order: how often each event. */
async function countsOf(orderId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { type } of store.readStream(`order-${orderId}`)) {
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

/** What the bank charged and paid back, from its file. */
function bankOf(orderId: string) {
  const file = new DatabaseSync(join(service.dataDir, 'payments.sqlite'), { readOnly: true });
  try {
    const sums = (sql: string) =>
      file
        .prepare(sql)
        .all(orderId)
        .map(({ amount }) => amount);
    return {
      charged: sums(`SELECT amount FROM sandbox_charge WHERE key = ? AND outcome = 'CHARGED'`),
      refunded: sums('SELECT amount FROM sandbox_refund WHERE charge_key = ?'),
    };
  } finally {
    file.close();
  }
}

async function reserved(): Promise<number> {
  const { stock } = await (await staff()).ask(documents.StockDocument, { sku });
  return stock!.reserved;
}

const confirmation: Arrow = {
  text: 'order-fulfilment',
  isStored: ({ type, data }) =>
    type === 'StockReserved' && (data as { attemptId: string | null }).attemptId === null,
};

test.each([
  ['the checkout held its units', arrow('StockReserved')],
  ['the cart was closed', arrow('CartCheckedOut')],
  ['the order was placed', arrow('OrderPlaced')],
  ['the units were confirmed', confirmation],
  ['the inventory was reserved', arrow('InventoryReserved')],
  ['the payment was received', arrow('PaymentReceived')],
])(
  'killed when %s: one order, one reservation, one charge',
  async (_when, at) => {
    const before = await reserved();
    const cart = await fillCart(guest, { [sku]: 2 });
    const checkout = checkoutOf(cart, 'tok_ok');
    await killedAt(at, () => checkOut(cart, checkout));
    const { order } = (await checkOut(cart, checkout)).checkout;
    const paid = await untilOrder(cart.holder, order!.id, 'PAID');
    expect(await countsOf(paid.id)).toEqual({
      ...{ OrderPlaced: 1, InventoryReserved: 1, PaymentReceived: 1 },
    });
    expect(bankOf(paid.id)).toEqual({ charged: [2 * PRICE], refunded: [] });
    expect(await reserved()).toBe(before + 2);
  },
  60_000,
);

test.each([
  ['the payment was declined', arrow('PaymentDeclined')],
  ['its units were released', arrow('StockReleased')],
])(
  'killed when %s: cancelled once, nothing is held or charged',
  async (_when, at) => {
    const before = await reserved();
    const cart = await fillCart(guest, { [sku]: 2 });
    const checkout = checkoutOf(cart, 'tok_declined');
    const released = nextStored(await store.headPosition(), ({ type }) => type === 'StockReleased');
    await killedAt(at, () => checkOut(cart, checkout));
    const { order } = (await checkOut(cart, checkout)).checkout;
    await untilOrder(cart.holder, order!.id, 'CANCELLED');
    await released;
    expect(await countsOf(order!.id)).toEqual({
      ...{ OrderPlaced: 1, InventoryReserved: 1, PaymentDeclined: 1, OrderCancelled: 1 },
    });
    expect(bankOf(order!.id)).toEqual({ charged: [], refunded: [] });
    expect(await reserved()).toBe(before);
  },
  60_000,
);

async function paidOrder(): Promise<{ readonly cart: FilledCart; readonly orderId: string }> {
  const cart = await fillCart(guest, { [sku]: 1 });
  const { order } = (await checkOut(cart, checkoutOf(cart, 'tok_ok'))).checkout;
  await untilOrder(cart.holder, order!.id, 'PAID');
  return { cart, orderId: order!.id };
}

test.each([
  ['the refund was requested', arrow('RefundRequested')],
  ['the refund was recorded', arrow('OrderRefunded')],
])(
  'killed when %s: refunded once',
  async (_when, at) => {
    const { cart, orderId } = await paidOrder();
    const input = { orderId, reason: 'A mistake', commandId: randomUUID() };
    const cancel = async () => (await staff()).ask(documents.CancelOrderDocument, { input });
    await killedAt(at, cancel);
    expect((await cancel()).cancelOrder.rejection).toBeNull();
    await untilOrder(cart.holder, orderId, ({ refunded }) => refunded.minorUnits === PRICE);
    expect(await countsOf(orderId)).toMatchObject({ RefundRequested: 1, OrderRefunded: 1 });
    expect(bankOf(orderId)).toEqual({ charged: [PRICE], refunded: [PRICE] });
  },
  60_000,
);

test('killed when the units of a shipped order have left: they leave once', async () => {
  const { orderId } = await paidOrder();
  const before = await reserved();
  const input = { orderId, commandId: randomUUID() };
  const ship = async () => (await staff()).ask(documents.ShipOrderDocument, { input });
  await killedAt(arrow('StockShipped'), ship);
  expect((await ship()).shipOrder.order?.status).toBe('SHIPPED');
  expect(await reserved()).toBe(before - 1);
  const shipments: unknown[] = [];
  for await (const { type, data } of store.readStream(`inventory-${sku}`)) {
    if (type === 'StockShipped') shipments.push((data as { orderId: string }).orderId);
  }
  expect(shipments).toEqual([orderId]);
}, 60_000);

test.each([arrow('CartClaimed'), arrow('CartMerged')])(
  'killed when the store has $text: the customer has the goods once',
  async (at) => {
    const subject = `ann-${randomUUID()}`;
    const ann = () => Person.signedIn([service], 'customer', subject);
    const own = await fillCart(await ann(), { [sku]: 1 });
    const guests = await fillCart(guest, { [sku]: 2 });
    const input = { cartId: guests.cartId, commandId: randomUUID() };
    const claim = async () =>
      (await ann()).holding(guests.cartToken).ask(documents.ClaimCartDocument, { input });
    await killedAt(at, claim);
    const { claimCart } = await claim();
    expect(claimCart.cart).toMatchObject({ id: own.cartId, totals: { itemCount: 3 } });
    const types: string[] = [];
    for (const cartId of [guests.cartId, own.cartId]) {
      for await (const { type } of store.readStream(`cart-${cartId}`)) types.push(type);
    }
    expect(types.filter((type) => /Claimed|Merged/.test(type))).toEqual([
      ...['CartClaimed', 'CartMerged'],
    ]);
  },
  60_000,
);
