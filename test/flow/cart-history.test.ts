// What the API tells of each event: who, why, what led to it, and the total after it; for whom.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

let service: ServiceProcess;
let ann: Shopper;
let support: Shopper;
let cartId: string;
const sku = '71053';
const correlationId = randomUUID();

beforeAll(async () => {
  service = await ServiceProcess.start();
  const headers = { 'x-correlation-id': correlationId };
  [ann, support] = await Promise.all([
    Shopper.signedIn(service, 'customer', 'ann', headers),
    Shopper.signedIn(service, 'support', 'sue', { 'x-access-reason': 'ticket 7' }),
  ]);
  ({ cartId } = await ann.open());
  for (const quantity of [1, 2, 3]) {
    await ann.ask(documents.AddItemDocument, { input: { cartId, sku, quantity } });
  }
  await ann.ask(documents.ApplyCouponDocument, { input: { cartId, code: 'WELCOME10' } });
});
afterAll(() => service.remove());

async function historyFor(reader: Shopper, range: Record<string, unknown> = {}) {
  const { cartTimeline } = await reader.ask(documents.CartHistoryDocument, { cartId, ...range });
  return cartTimeline.edges.map(({ node }) => node);
}

test('the total after each event is that of the cart at its revision', async () => {
  for (const { revision, totalAfter } of await historyFor(ann)) {
    const { cartAtRevision } = await ann.ask(documents.CartAtRevisionDocument, {
      cartId,
      revision,
    });
    expect(totalAfter?.minorUnits).toBe(cartAtRevision?.totals.total.minorUnits);
  }
});

test('a customer sees who acted, and support sees that a customer did', async () => {
  expect((await historyFor(ann)).map(({ actor }) => actor?.subject)).toContain('ann');
  for (const { actor } of await historyFor(support)) {
    expect(actor).toEqual({ kind: 'customer', subject: null });
  }
});

test('every event of a request has the correlation id that the client sent', async () => {
  const events = await historyFor(ann);
  expect(new Set(events.map((event) => event.correlationId))).toEqual(new Set([correlationId]));
  expect(events.map(({ causationId }) => causationId)).toEqual(events.map(() => null));
});

test('a correlation id that is no UUID is replaced', async () => {
  const bob = await Shopper.signedIn(service, 'customer', 'bob', {
    'x-correlation-id': '"><script>',
  });
  const opened = await bob.open();
  const { cartTimeline } = await bob.ask(documents.CartHistoryDocument, {
    cartId: opened.cartId,
  });
  expect(cartTimeline.edges[0]?.node.correlationId).toMatch(/^[0-9a-f-]{36}$/);
});

test('an admin’s reason is stored with what the admin did', async () => {
  const admin = await Shopper.signedIn(service, 'admin', 'boss', {
    'x-access-reason': 'ordered twice',
  });
  const product = `REASON-${randomUUID().slice(0, 8)}`;
  const price = { minorUnits: 100, currency: 'GBP' };
  const input = { sku: product, name: 'A lamp', price };
  await admin.ask(documents.ListProductDocument, { input });
  expect(await service.run('inspect', `product-${product}`, '--json')).toContain('ordered twice');
});

test('a filter by type pages through these types alone', async () => {
  const types = ['ItemAdded'];
  const first = await ann.ask(documents.CartHistoryDocument, { cartId, types, first: 2 });
  const { endCursor, hasNextPage } = first.cartTimeline.pageInfo;
  expect(hasNextPage).toBe(true);
  const rest = await historyFor(ann, { types, after: endCursor });
  const revisions = [...first.cartTimeline.edges.map(({ node }) => node), ...rest];
  expect(revisions.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  const { cartTimeline } = await ann.ask(documents.CartHistoryLengthDocument, { cartId, types });
  expect(cartTimeline.totalCount).toBe(3);
});

test('a revision finds its difference and its explanation', async () => {
  const { cartDiffOfRevisions } = await ann.ask(documents.CartDiffOfRevisionsDocument, {
    cartId,
    fromRevision: 1,
    toRevision: 2,
  });
  expect(cartDiffOfRevisions.changes).toContainEqual(
    expect.objectContaining({ path: `lines.${sku}.quantity`, before: '1', after: '3' }),
  );
  const { cartExplainAtRevision } = await ann.ask(documents.CartExplainAtRevisionDocument, {
    cartId,
    revision: 2,
  });
  const parts = cartExplainAtRevision?.parts ?? [];
  // The second add enlarged the first one's portion, at the same price.
  expect(parts.map(({ event }) => event.revision)).toEqual([2]);
});

test.each([
  ['a revision that the cart has not reached', { fromRevision: 0, toRevision: 99 }],
  ['a negative revision', { fromRevision: -1, toRevision: 1 }],
  ['the wrong order', { fromRevision: 2, toRevision: 1 }],
])('a difference refuses %s', async (_what, range) => {
  const { errors } = await ann.answer(documents.CartDiffOfRevisionsDocument, {
    cartId,
    ...range,
  });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('as recorded before the last events, the timeline and the difference end there', async () => {
  const [, , third] = await historyFor(ann);
  const asRecordedAt = third!.recordedAt;
  const known = await historyFor(ann, { asRecordedAt });
  const { cartDiff } = await ann.ask(documents.CartDiffAsKnownDocument, {
    cartId,
    from: '1970-01-01T00:00:00.000Z',
    to: new Date().toISOString(),
    asRecordedAt,
  });
  expect(cartDiff.to?.revision).toBe(known.at(-1)?.revision);
  expect(known.every(({ recordedAt }) => recordedAt <= asRecordedAt)).toBe(true);
  expect(known.length).toBeGreaterThanOrEqual(3);
});

test('strangers get the answer for an absent cart, also to a supposition', async () => {
  const stranger = new Shopper(service);
  const supposed = { coupons: [], quantities: [{ sku, quantity: 1 }] };
  const asked = (id: string) =>
    Promise.all([
      stranger.answer(documents.CartHistoryDocument, { cartId: id }),
      stranger.answer(documents.CartDiffOfRevisionsDocument, { cartId: id, toRevision: 0 }),
      stranger.answer(documents.CartExplainAtRevisionDocument, { cartId: id, revision: 0 }),
      stranger.answer(documents.CartWhatIfDocument, { cartId: id, ...supposed }),
    ]);
  expect(await asked(cartId)).toEqual(await asked(randomUUID()));
  const { cartWhatIf } = await ann.ask(documents.CartWhatIfDocument, {
    cartId,
    ...supposed,
    revision: 3,
  });
  expect(cartWhatIf.before.revision).toBe(3);
  expect(cartWhatIf.difference.minorUnits).toBeLessThan(0);
});
