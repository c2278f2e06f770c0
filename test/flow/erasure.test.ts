// An admin erases people: afterwards nothing of a service's files or database tells their addresses,
// what the log has of them cannot be opened, and all else is as before.
import { afterEach, expect, test } from '@jest/globals';
import { readdir, watch } from 'node:fs/promises';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import type { SealedContact } from '../../src/domain/cart/events.js';
import { openPersonalData } from '../../src/personal-data/open.js';
import { loadSecret } from '../../src/tokens/key-folder.js';
import { mintToken, type Role } from '../../src/tokens/sign-in.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup } from '../event-store/nodes.js';
import { dumpOf, filesWith } from '../personal-data/traces.js';
import { describeOnBoth, newPlaces } from '../read-models/databases.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const GUEST = 'Canary.Guest@Example.org';
const CUSTOMER = 'canary.customer@example.org';
const OTHER = 'bystander@example.org';
const canary = /canary\.(guest|customer)/i;
const SKU = '71053';

/** Resolves when so many mails are in the folder. */
async function mailsIn(outbox: string, count: number): Promise<void> {
  const watching = new AbortController();
  const changes = watch(outbox, { signal: watching.signal })[Symbol.asyncIterator]();
  let change = changes.next();
  const mails = async () => (await readdir(outbox)).filter((name) => name.endsWith('.eml'));
  while ((await mails()).length < count) {
    await change;
    change = changes.next();
  }
  change.catch(() => undefined);
  watching.abort();
}

async function checkOut(shopper: Shopper, email: string): Promise<string> {
  const opened = await shopper.open();
  const { cartId } = opened;
  const { addItem } = await opened.shopper.ask(documents.AddItemDocument, {
    input: { cartId, sku: SKU, quantity: 2 },
  });
  const expectedTotal = addItem.cart!.totals.total.minorUnits;
  const { checkout } = await opened.shopper.ask(documents.CheckoutDocument, {
    input: { cartId, email, paymentToken: 'tok_ok', expectedTotal },
  });
  return checkout.order!.id;
}

/** The contacts of these orders, as the log has them. */
async function contactsOf(service: ServiceProcess, orderIds: readonly string[]) {
  const lines = (await service.run('export', '--category', 'order')).trim().split('\n');
  const placed = lines
    .map((line) => JSON.parse(line) as { readonly type: string; readonly data: StoredOrder })
    .filter(({ type }) => type === 'OrderPlaced');
  return orderIds.map((id) => placed.find(({ data }) => data.orderId === id)!.data.contact);
}

interface StoredOrder {
  readonly orderId: string;
  readonly contact: SealedContact;
}

/** Signs a person in without a process of the command line. */
async function signedIn(service: ServiceProcess, role: Role, subject: string): Promise<Shopper> {
  const settings = { dataDir: service.dataDir, issuer: 'cartograph', audience: 'cartograph' };
  const token = await mintToken(settings, { subject, role, ttlSeconds: 900 });
  return new Shopper(service, { authorization: `Bearer ${token}` });
}

describeOnBoth('erasing people, with rows in %s', newPlaces(cleanup), (newPlace) => {
  test('leaves no trace of their addresses, and all else as it was', async () => {
    const { databaseUrl } = (await newPlace()) as { readonly databaseUrl?: string };
    const place = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
    const service = await ServiceProcess.start(place);
    cleanup.add(() => service.remove());
    const [admin, customer, support] = await Promise.all([
      signedIn(service, 'admin', 'boss'),
      signedIn(service, 'customer', 'c-1'),
      signedIn(service, 'support', 'helper'),
    ]);
    const orders = [
      await checkOut(new Shopper(service), GUEST),
      await checkOut(customer, CUSTOMER),
      await checkOut(new Shopper(service), OTHER),
    ];
    const outbox = join(service.dataDir, 'outbox');
    // Each order is placed and paid.
    await mailsIn(outbox, 6);
    const contacts = await contactsOf(service, orders);
    const revenue = async () => {
      const range = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };
      return admin.ask(documents.RevenueReportDocument, { ...range, currency: 'GBP' });
    };
    const before = await revenue();

    const erase = (asked: Shopper, input: { email?: string; customerId?: string }) =>
      asked.answer(documents.EraseCustomerDocument, { input });
    for (const who of [new Shopper(service), customer, support]) {
      expect((await erase(who, { email: GUEST })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    for (const input of [{}, { email: GUEST, customerId: 'c-1' }, { email: 'nonsense' }]) {
      expect((await erase(admin, input)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const count = async (input: Parameters<typeof erase>[1]) =>
      (await erase(admin, input)).data?.eraseCustomer.keysDestroyed;
    expect(await count({ email: GUEST.toUpperCase() })).toBe(1);
    expect(await count({ customerId: 'c-1' })).toBe(1);
    expect(await count({ customerId: 'c-1' })).toBe(0);
    expect((await readdir(outbox)).filter((name) => name.endsWith('.eml'))).toHaveLength(2);

    expect(await revenue()).toEqual(before);
    const others = await admin.ask(documents.OrderDocument, { orderId: orders[0]! });
    expect(others.order).toMatchObject({ id: orders[0], lines: [{ sku: SKU, quantity: 2 }] });
    expect(await service.run('verify')).toContain('Everything matches the log.');
    await service.run('replay', '--promote');
    expect(await revenue()).toEqual(before);

    // While it runs, so that what SQLite keeps beside its files is searched too; and after its end.
    const search = () =>
      filesWith(service.dataDir, (content) => canary.test(content.toString('latin1')));
    expect(await search()).toEqual([]);
    expect(service.log).not.toMatch(canary);
    await service.stop();
    expect(await search()).toEqual([]);
    const rows = [...(await dumpOf(databaseUrl)).values()].flat();
    expect(rows.filter((row) => canary.test(row))).toEqual([]);

    const { dataDir } = service;
    const secret = await loadSecret(dataDir);
    const people = await openPersonalData({ dataDir, databaseUrl, secret }, systemTime);
    cleanup.add(() => people.close());
    const read = await Promise.all(contacts.map((contact) => people.open(contact)));
    expect(read).toEqual([undefined, undefined, JSON.stringify({ email: OTHER })]);
  }, 120_000);
});
