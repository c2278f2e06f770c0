// The event browser over HTTP and a websocket: who may see the log, what is hidden in it, what goes
// on record, and its tail across a cut.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { type Answer, Shopper } from './shopper.js';

const sku = '71053';
const reason = { 'x-access-reason': 'ticket 7' };
const email = `ann.${randomUUID().slice(0, 8)}@example.org`;

let service: ServiceProcess;
let ann: Shopper;
let guest: Shopper;
let support: Shopper;
let silent: Shopper;
let admin: Shopper;
let cartId: string;
let orderId: string;

beforeAll(async () => {
  service = await ServiceProcess.start();
  guest = new Shopper(service);
  [ann, support, silent, admin] = await Promise.all([
    Shopper.signedIn(service, 'customer', 'ann'),
    Shopper.signedIn(service, 'support', 'sue', reason),
    Shopper.signedIn(service, 'support', 'sue'),
    Shopper.signedIn(service, 'admin', 'boss', reason),
  ]);
  ({ cartId } = await ann.open());
  const { addItem } = await ann.ask(documents.AddItemDocument, { input: { cartId, sku } });
  const expectedTotal = addItem.cart!.totals.total.minorUnits;
  const { checkout } = await ann.ask(documents.CheckoutDocument, {
    input: { cartId, expectedTotal, email, paymentToken: 'tok_ok' },
  });
  orderId = checkout.order!.id;
}, 30_000);
afterAll(() => service.remove());

const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code;

async function eventsFor(who: Shopper, filter: object, page: object = { first: 100 }) {
  const { events } = await who.ask(documents.LogEventsDocument, { filter, ...page });
  return events.edges.map(({ node }) => node);
}

async function recordOf(id: string): Promise<string[]> {
  const stored = await service.runToEnd('inspect', `access-${id}`, '--json');
  return stored.stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

test('staff see what happened, in the order of the log, by each filter', async () => {
  const stream = `cart-${cartId}`;
  const ofCart = await eventsFor(silent, { stream });
  expect(ofCart.map(({ type }) => type)).toEqual(['CartOpened', 'ItemAdded', 'CartCheckedOut']);
  expect(ofCart.map(({ revision }) => revision)).toEqual([0, 1, 2]);
  expect(ofCart[0]).toMatchObject({ category: 'cart', actor: { kind: 'customer', subject: null } });
  const [placed] = await eventsFor(admin, { types: ['OrderPlaced'] }, { last: 1 });
  expect(placed).toMatchObject({ stream: `order-${orderId}`, type: 'OrderPlaced' });
  const { correlationId } = ofCart[2]!;
  const led = await eventsFor(silent, { correlationId });
  const streams = led.map((event) => event.stream);
  expect(streams).toEqual(expect.arrayContaining([stream, `order-${orderId}`]));
  const positions = led.map(({ position }) => BigInt(position));
  expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect(await eventsFor(silent, { category: 'cart', recordedFrom: tomorrow })).toEqual([]);
  expect(await eventsFor(silent, { category: 'product' }, { first: 3 })).toHaveLength(3);
});

test('pages lead through the log both ways', async () => {
  const ask = async (page: object) =>
    (await silent.ask(documents.LogEventsDocument, { filter: {}, ...page })).events;
  const newest = await ask({ last: 2 });
  expect(newest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const older = await ask({ last: 2, before: newest.pageInfo.startCursor });
  const back = await ask({ first: 2, after: older.pageInfo.endCursor });
  expect(back.edges).toEqual(newest.edges);
  expect(older.examined).toBeGreaterThan(1);
});

test('the content of a cart’s event needs a reason, which is put on record once', async () => {
  const variables = { stream: `cart-${cartId}`, revision: 0 };
  const { length } = await recordOf(cartId);
  expect(codeOf(await silent.answer(documents.LogEventContentDocument, variables))).toBe(
    'FORBIDDEN',
  );
  expect(await recordOf(cartId)).toHaveLength(length);
  const { event } = await support.ask(documents.LogEventContentDocument, variables);
  expect(event?.data).toMatchObject({ cartId, customerId: 'hidden', tokenHash: 'hidden' });
  const [look, ...others] = (await recordOf(cartId)).slice(length);
  expect(look).toContain('ticket 7');
  expect(others).toEqual([]);
  const { position } = event!;
  const { eventAt } = await support.ask(documents.LogEventAtDocument, { position });
  expect(eventAt).toEqual(event);
  const nowhere = await support.answer(documents.LogEventAtDocument, { position: 'x' });
  expect(codeOf(nowhere)).toBe('BAD_USER_INPUT');
  const ofOrder = { stream: `order-${orderId}`, revision: 0 };
  await admin.ask(documents.LogEventContentDocument, ofOrder);
  expect((await recordOf(cartId)).at(-1)).toContain('boss');
});

test('nothing in the log tells who a customer is, or a secret', async () => {
  const every = await Promise.all(
    [
      ...[0, 1, 2].map((revision) => ({ stream: `cart-${cartId}`, revision })),
      { stream: `order-${orderId}`, revision: 0 },
    ].map((event) => admin.ask(documents.LogEventContentDocument, event)),
  );
  const shown = JSON.stringify(every);
  expect(every.map(({ event }) => event?.type)).not.toContain(undefined);
  for (const secret of ['"ann"', email, 'commandHash":"', 'tok_ok']) {
    expect(shown.replaceAll('"commandHash":"hidden"', '')).not.toContain(secret);
  }
});

test('the log is for support and admins, and the store’s own streams for nobody', async () => {
  for (const who of [guest, ann]) {
    expect(codeOf(await who.answer(documents.LogEventsDocument, {}))).toBe('FORBIDDEN');
    const one = { stream: `cart-${cartId}`, revision: 0 };
    expect(codeOf(await who.answer(documents.LogEventContentDocument, one))).toBe('FORBIDDEN');
    await expect(who.subscribe(documents.LogGrowsDocument, {}).next()).rejects.toThrow('FORBIDDEN');
  }
  for (const filter of [{ stream: '$users' }, { types: Array(51).fill('A') }, { stream: '' }]) {
    const wrong = await admin.answer(documents.LogEventsDocument, { filter });
    expect(codeOf(wrong)).toBe('BAD_USER_INPUT');
  }
  const foreign = await admin.answer(documents.LogEventsDocument, { first: 1, after: 'bm8' });
  expect(codeOf(foreign)).toBe('BAD_USER_INPUT');
});

test('a cursor of another log is the mistake of the caller, in a page as in the tail', async () => {
  const { events } = await support.ask(documents.LogEventsDocument, { first: 1 });
  const cursor = Buffer.from(events.pageInfo.endCursor!, 'base64url').toString();
  const inside = cursor.replace(/\d+/, (position) => String(BigInt(position) + 1n));
  const after = Buffer.from(inside).toString('base64url');
  const answer = await support.answer(documents.LogEventsDocument, { first: 1, after });
  expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  const watch = support.subscribe(documents.LogGrowsDocument, { after });
  await expect(watch.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('the tail begins with what is there, goes on live, and resumes after a cut', async () => {
  const filter = { category: 'cart' };
  const { events } = await support.ask(documents.LogEventsDocument, { filter, last: 1 });
  const after = events.pageInfo.endCursor;
  const watch = support.subscribe(documents.LogGrowsDocument, { filter, after });
  const next = async () => (await watch.next()).value?.eventsAppended;
  expect((await next())?.event).toBeNull();
  const opened = await guest.open();
  const first = await next();
  expect(first?.event).toMatchObject({ type: 'CartOpened', stream: `cart-${opened.cartId}` });
  await watch.return(undefined);
  const input = { cartId: opened.cartId, sku };
  await opened.shopper.ask(documents.AddItemDocument, { input });
  const again = support.subscribe(documents.LogGrowsDocument, { filter, after: first?.cursor });
  const resumed = (await again.next()).value?.eventsAppended.event;
  expect(resumed).toMatchObject({ type: 'ItemAdded', stream: `cart-${opened.cartId}` });
  await again.return(undefined);
});
