// Two instances on one Postgres, of which the one that mails or delivers is killed in the middle of
// that: the other one goes on within seconds, and sends nothing twice that it need not.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import * as documents from '../../schema/generated/graphql.js';
import { lockKeyOf } from '../../src/read-models/postgres-claim-locks.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { HaltingMailServer } from '../mail/halting-mail-server.js';
import { describeOnPostgres, sharedPostgres } from '../read-models/databases.js';
import { receive } from '../webhooks/receiver.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const newDatabase = sharedPostgres();
const sku = 'MUG';
/** Less than a claim lasts by time alone. */
const TEST_MS = 50_000;

interface RunningInstance {
  readonly service: ServiceProcess;
  readonly admin: Shopper;
}

describeOnPostgres('of two instances on one Postgres', () => {
  const instances = new Map<string, RunningInstance>();
  let mailServer: HaltingMailServer;
  let database: pg.Client;

  beforeAll(async () => {
    const { connectionString } = await startTestNode(cleanup);
    mailServer = await HaltingMailServer.start(cleanup);
    const databaseUrl = await newDatabase();
    database = new pg.Client(databaseUrl);
    await database.connect();
    cleanup.add(() => database.end());
    for (const name of ['one', 'two']) {
      const service = await ServiceProcess.start({
        EVENTSTORE_URL: connectionString,
        // Tells the connections of one instance from those of the other.
        DATABASE_URL: `${databaseUrl}?application_name=${name}`,
        CART_TOKEN_SECRET: 'the same for all instances of a shop',
        SMTP_URL: mailServer.url,
        WEBHOOK_PRIVATE_ADDRESSES: 'allow',
      });
      cleanup.add(() => service.remove());
      instances.set(name, { service, admin: await Shopper.signedIn(service, 'admin', 'boss') });
    }
    const price = { minorUnits: 250, currency: 'GBP' };
    const input = { sku, name: 'A mug', price };
    await instances.get('one')!.admin.ask(documents.ListProductDocument, { input });
  }, 120_000);
  beforeEach(async () => {
    mailServer.waitsBefore = 'nothing';
    for (const { service } of instances.values()) if (!service.isRunning) await service.restart();
  }, 60_000);

  /** Kills the instance that is at a row of the table; answers the other one. */
  async function killSender(table: 'mail' | 'webhook_delivery'): Promise<RunningInstance> {
    const claimed = await database.query<{ name: string }>(
      `SELECT claimed_by AS name FROM ${table} WHERE claimed_until > 0`,
    );
    expect(claimed.rows).toHaveLength(1);
    const holder = await database.query<{ application_name: string }>(
      `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND granted
         AND (classid::bigint << 32) + objid::bigint = $1::bigint`,
      [lockKeyOf(claimed.rows[0]!.name)],
    );
    const [sender] = holder.rows.map(({ application_name: name }) => name);
    const other = sender === 'one' ? 'two' : 'one';
    await instances.get(sender!)!.service.kill();
    return instances.get(other)!;
  }

  async function placeOrder(): Promise<string> {
    const { service } = instances.get('one')!;
    const { cartId, shopper } = await new Shopper(service).open();
    const adding = { input: { cartId, sku, quantity: 1 } };
    const { addItem } = await shopper.ask(documents.AddItemDocument, adding);
    const expectedTotal = addItem.cart!.totals.total.minorUnits;
    const input = { cartId, email: 'ann@example.org', paymentToken: 'tok_ok', expectedTotal };
    const { checkout } = await shopper.ask(documents.CheckoutDocument, { input });
    return checkout.order!.id;
  }

  test(
    'one is killed before it hands a mail over: the other one sends it, once',
    async () => {
      mailServer.waitsBefore = 'the recipient';
      const asked = mailServer.next();
      const orderId = await placeOrder();
      await asked;
      await killSender('mail');
      mailServer.waitsBefore = 'nothing';
      await mailServer.mailed(`${orderId}.OrderPlaced`, `${orderId}.PaymentReceived`);
      expect(mailServer.countOf(`${orderId}.OrderPlaced`)).toBe(1);
      expect(mailServer.countOf(`${orderId}.PaymentReceived`)).toBe(1);
    },
    TEST_MS,
  );

  test(
    'one is killed while it hands a mail over: the other one parks it, and goes on',
    async () => {
      mailServer.waitsBefore = 'the end';
      const orderId = await placeOrder();
      await mailServer.mailed(`${orderId}.OrderPlaced`);
      const { admin } = await killSender('mail');
      mailServer.waitsBefore = 'nothing';
      await mailServer.mailed(`${orderId}.PaymentReceived`);
      expect(mailServer.countOf(`${orderId}.OrderPlaced`)).toBe(1);
      const { reactions } = await admin.ask(documents.ReactionsDocument, {});
      const { parked } = reactions.find(({ name }) => name === 'mail')!;
      expect(parked).toMatchObject([
        { stream: `order-${orderId}`, reason: 'Whether the mail was sent is not known' },
      ]);
    },
    TEST_MS,
  );

  test(
    'one is killed while it delivers: the other one delivers that again, with the same id',
    async () => {
      let isSilent = true;
      const receiver = await receive(cleanup, (response) => {
        if (!isSilent) response.end();
      });
      const { admin } = instances.get('one')!;
      const target = { url: receiver.url, eventTypes: ['StockReceived' as const] };
      await admin.ask(documents.RegisterWebhookDocument, { input: target });
      await admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity: 1 } });
      await receiver.until(1);
      const other = await killSender('webhook_delivery');
      isSilent = false;
      await receiver.until(2);
      await other.admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity: 2 } });
      await receiver.until(3);
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(ids[1]).toBe(ids[0]);
      expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body);
      expect(new Set(ids).size).toBe(2);
    },
    TEST_MS,
  );
});
