// Webhooks of a shop of two instances on one Postgres, over GraphQL: whatever an admin does at one
// instance counts at the other.
import { afterAll, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { describeOnPostgres, sharedPostgres } from '../read-models/databases.js';
import { isGenuine, receive } from '../webhooks/receiver.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const newDatabase = sharedPostgres();
const sku = 'MUG';

describeOnPostgres('webhooks of two instances', () => {
  async function startAdmins(): Promise<readonly [Shopper, Shopper]> {
    const { connectionString } = await startTestNode(cleanup);
    const settings = {
      EVENTSTORE_URL: connectionString,
      DATABASE_URL: await newDatabase(),
      CART_TOKEN_SECRET: 'the same for all instances of a shop',
      WEBHOOK_PRIVATE_ADDRESSES: 'allow',
    };
    const start = async () => {
      const service = await ServiceProcess.start(settings);
      cleanup.add(() => service.remove());
      return Shopper.signedIn(service, 'admin', 'boss');
    };
    return [await start(), await start()];
  }

  test('are registered, delivered, delivered again, and signed with a new secret', async () => {
    const [one, two] = await startAdmins();
    const receiver = await receive(cleanup);
    const price = { minorUnits: 250, currency: 'GBP' };
    await one.ask(documents.ListProductDocument, { input: { sku, name: 'A mug', price } });
    const receiveStock = (admin: Shopper, quantity: number) =>
      admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity } });

    const target = { url: receiver.url, eventTypes: ['StockReceived' as const] };
    const { registerWebhook } = await one.ask(documents.RegisterWebhookDocument, { input: target });
    const webhookId = registerWebhook.webhook!.id;
    const { webhooks } = await two.ask(documents.WebhooksDocument, {});
    expect(webhooks).toMatchObject([{ id: webhookId, ...target, status: 'ENABLED' }]);
    await receiveStock(two, 1);
    await receiver.until(1);
    await receiveStock(one, 2);
    await receiver.until(2);

    const deliveryId = String(receiver.received[0]!.headers['webhook-id']);
    await two.ask(documents.RedeliverWebhookDocument, { input: { deliveryId } });
    await receiver.until(3);
    const [first, , again] = receiver.received;
    expect(again!.headers['webhook-id']).toBe(deliveryId);
    expect(again!.body).toBe(first!.body);

    const rotating = { input: { webhookId } };
    const rotated = await two.ask(documents.RotateWebhookSecretDocument, rotating);
    const { secret } = rotated.rotateWebhookSecret;
    expect(secret).not.toBe(registerWebhook.secret);
    await receiveStock(one, 3);
    await receiver.until(4);
    expect(receiver.received.slice(0, 3).every((each) => isGenuine(each, secret!))).toBe(false);
    for (const each of receiver.received)
      expect(isGenuine(each, registerWebhook.secret!)).toBe(true);
    expect(isGenuine(receiver.received[3]!, secret!)).toBe(true);
    const quantities = receiver.received.map(
      ({ body }) => (JSON.parse(body) as { data: { quantity: number } }).data.quantity,
    );
    expect(quantities).toEqual([1, 2, 1, 3]);

    const page = { webhookId, first: 10 };
    for (const admin of [one, two]) {
      const { webhookDeliveries } = await admin.ask(documents.WebhookDeliveriesDocument, page);
      expect(webhookDeliveries.totalCount).toBe(3);
    }
    const removing = { input: { webhookId } };
    await one.ask(documents.RemoveWebhookDocument, removing);
    expect((await two.ask(documents.WebhooksDocument, {})).webhooks).toEqual([]);
  }, 120_000);
});
