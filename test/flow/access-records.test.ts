// Admins see who of the staff looked at which cart, when and why; nobody else does.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { type Answer, Shopper } from './shopper.js';

let service: ServiceProcess;
let admin: Shopper;
let support: Shopper;
let carts: string[];

beforeAll(async () => {
  service = await ServiceProcess.start();
  [support, admin] = await Promise.all([
    Shopper.signedIn(service, 'support', 'sue', { 'x-access-reason': 'ticket 7' }),
    Shopper.signedIn(service, 'admin', 'boss', { 'x-access-reason': 'a dispute' }),
  ]);
  const guest = new Shopper(service);
  carts = [(await guest.open()).cartId, (await guest.open()).cartId];
  for (const cartId of carts) await support.ask(documents.CartDocument, { cartId });
  await admin.ask(documents.CartDocument, { cartId: carts[0]! });
  await untilRecorded(3);
}, 30_000);
afterAll(() => service.remove());

/** The rows follow the log: a look that the log has is shown a moment later. */
async function untilRecorded(count: number): Promise<void> {
  const { events } = await admin.ask(documents.LogEventsDocument, {
    filter: { category: 'access' },
    first: 10,
  });
  expect(events.edges).toHaveLength(count);
  // A cart opened now is in the rows after what the log had before.
  const { cartId, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.CartDocument, { cartId, minRevision: 0, timeoutMs: 5_000 });
}

async function looksFor(filter: object) {
  const { accessRecords } = await admin.ask(documents.AccessRecordsDocument, { filter });
  expect(accessRecords.totalCount).toBe(accessRecords.nodes.length);
  return accessRecords.nodes.map(({ cartId, subject, role, reason }) => ({
    ...{ cart: carts.indexOf(cartId), subject, role, reason },
  }));
}

const boss = { cart: 0, subject: 'boss', role: 'admin', reason: 'a dispute' };
const sue = { subject: 'sue', role: 'support', reason: 'ticket 7' };

test('each look is found by cart, by who looked and by time, the newest first', async () => {
  expect(await looksFor({})).toEqual([boss, { cart: 1, ...sue }, { cart: 0, ...sue }]);
  expect(await looksFor({ cartId: carts[0] })).toEqual([boss, { cart: 0, ...sue }]);
  expect(await looksFor({ subject: 'sue', cartId: carts[1] })).toEqual([{ cart: 1, ...sue }]);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect(await looksFor({ from: tomorrow })).toEqual([]);
  expect(await looksFor({ until: tomorrow })).toHaveLength(3);
});

test('pages go both ways', async () => {
  const ask = async (page: object) =>
    (await admin.ask(documents.AccessRecordsDocument, page)).accessRecords;
  const first = await ask({ first: 2 });
  const rest = await ask({ first: 2, after: first.pageInfo.endCursor });
  expect([...first.nodes, ...rest.nodes]).toHaveLength(3);
  expect(await ask({ last: 2, before: rest.pageInfo.startCursor })).toEqual(first);
});

test('nobody but admins sees them, also not as events of the log', async () => {
  const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code;
  for (const who of [support, new Shopper(service)]) {
    expect(codeOf(await who.answer(documents.AccessRecordsDocument, {}))).toBe('FORBIDDEN');
  }
  const event = { stream: `access-${carts[0]}`, revision: 0 };
  expect(codeOf(await support.answer(documents.LogEventContentDocument, event))).toBe('FORBIDDEN');
  const { event: shown } = await admin.ask(documents.LogEventContentDocument, event);
  expect(shown?.data).toMatchObject({ subject: 'sue', reason: 'ticket 7' });
});
