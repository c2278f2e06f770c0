// Webhooks over HTTP: an admin registers a receiver, which gets signed events, each once, also when
// the service is killed while it delivers.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { filesWith } from '../personal-data/traces.js';
import { isGenuine, receive, type ReceivedMessage } from '../webhooks/receiver.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

const cleanup = new Cleanup();
let service: ServiceProcess;
let admin: Shopper;

beforeAll(async () => {
  service = await ServiceProcess.start({ WEBHOOK_PRIVATE_ADDRESSES: 'allow' });
  cleanup.add(() => service.remove());
  admin = await Shopper.signedIn(service, 'admin', 'boss');
});
afterAll(() => cleanup.run());

const targetAt = (url: string) => ({ url, eventTypes: ['StockReceived' as const] });
const register = (who: Shopper, url: string) =>
  who.answer(documents.RegisterWebhookDocument, { input: targetAt(url) });
const receiveStock = (quantity: number) =>
  admin.ask(documents.ReceiveStockDocument, { input: { sku: '85123A', quantity } });

test('only admins register webhooks, and only addresses that can be used', async () => {
  const support = await Shopper.signedIn(service, 'support', 'sue', {
    'x-access-reason': 'a call',
  });
  for (const who of [new Shopper(service), support]) {
    expect((await register(who, 'https://shop.example/')).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  }
  const listing = await new Shopper(service).answer(documents.WebhooksDocument, {});
  expect(listing.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await support.answer(documents.WebhooksDocument, {})).errors).toBeUndefined();
  for (const url of ['ftp://shop.example/', 'https://a:b@shop.example/', 'nonsense']) {
    const { errors } = await register(admin, url);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
  const { webhooks } = await admin.ask(documents.WebhooksDocument, {});
  expect(webhooks.filter(({ url }) => url.includes('shop.example'))).toEqual([]);
});

test('a receiver gets each event once, signed, also when the service is killed meanwhile', async () => {
  let isSilent = false;
  const receiver = await receive(cleanup, (response) => {
    if (!isSilent) response.end();
  });
  const { registerWebhook } = (await register(admin, receiver.url)).data!;
  const secret = registerWebhook.secret!;
  const webhookId = registerWebhook.webhook!.id;
  expect(registerWebhook.webhook).toMatchObject({ ...targetAt(receiver.url), status: 'ENABLED' });
  await receiveStock(1);
  await receiver.until(1);
  isSilent = true;
  await receiveStock(2);
  await receiver.until(2);
  await service.kill();
  isSilent = false;
  await service.restart();
  await receiver.until(3);
  await receiveStock(3);
  await receiver.until(4);

  const { received } = receiver;
  expect(received.every((message) => isGenuine(message, secret))).toBe(true);
  const [first, cut, again, last] = received as [
    ReceivedMessage,
    ReceivedMessage,
    ReceivedMessage,
    ReceivedMessage,
  ];
  // The one that was cut off comes again under its id, with the same body.
  expect(again.headers['webhook-id']).toBe(cut.headers['webhook-id']);
  expect(again.body).toBe(cut.body);
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  const quantities = [first, again, last].map(
    ({ body }) => (JSON.parse(body) as { data: { quantity: number } }).data.quantity,
  );
  expect(quantities).toEqual([1, 2, 3]);

  // No secret is in a file, as it is or as its bytes.
  const written = secret.slice('whsec_'.length);
  const bytes = Buffer.from(written, 'base64');
  const hasSecret = (content: Buffer) => content.includes(written) || content.includes(bytes);
  expect(await filesWith(service.dataDir, hasSecret)).toEqual([]);
  const shown = await admin.ask(documents.WebhookDeliveriesDocument, { webhookId, first: 2 });
  expect(shown.webhookDeliveries).toMatchObject({
    totalCount: 3,
    pageInfo: { hasNextPage: true },
  });
  expect(JSON.stringify(shown)).not.toContain(secret.slice('whsec_'.length));
});

test('a delivery is made again on request, a paused webhook waits, a removed one gets nothing', async () => {
  const receiver = await receive(cleanup);
  const { registerWebhook } = (await register(admin, receiver.url)).data!;
  const webhookId = registerWebhook.webhook!.id;
  await receiveStock(1);
  await receiver.until(1);
  const page = await admin.ask(documents.WebhookDeliveriesDocument, { webhookId, first: 1 });
  const [newest] = page.webhookDeliveries.nodes;
  await admin.ask(documents.RedeliverWebhookDocument, { input: { deliveryId: newest!.id } });
  await receiver.until(2);
  expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(newest!.id);
  const absent = await admin.answer(documents.RedeliverWebhookDocument, {
    input: { deliveryId: 'no-such-delivery' },
  });
  expect(absent.errors?.[0]?.extensions.code).toBe('NOT_FOUND');

  await admin.ask(documents.PauseWebhookDocument, { input: { webhookId } });
  await receiveStock(2);
  const commandId = randomUUID();
  const rotation = { input: { webhookId, commandId } };
  const { rotateWebhookSecret } = await admin.ask(documents.RotateWebhookSecretDocument, rotation);
  const again = await admin.ask(documents.RotateWebhookSecretDocument, rotation);
  expect(again.rotateWebhookSecret.secret).toBe(rotateWebhookSecret.secret);
  expect(rotateWebhookSecret.webhook).toMatchObject({ status: 'PAUSED' });
  expect(receiver.received).toHaveLength(2);
  const { resumeWebhook } = await admin.ask(documents.ResumeWebhookDocument, {
    input: { webhookId },
  });
  expect(resumeWebhook.webhook).toMatchObject({ status: 'ENABLED' });
  await receiver.until(3);
  const held = receiver.received.at(-1)!;
  for (const { secret } of [registerWebhook, rotateWebhookSecret]) {
    expect(isGenuine(held, secret!)).toBe(true);
  }

  const eventTypes = ['StockAdjusted' as const];
  const { changeWebhook } = await admin.ask(documents.ChangeWebhookDocument, {
    input: { webhookId, eventTypes },
  });
  expect(changeWebhook.webhook).toMatchObject({ url: receiver.url, eventTypes });
  const { revision } = changeWebhook.webhook!;
  const late = {
    webhookId,
    eventTypes: ['StockReceived' as const],
    expectedRevision: revision - 1,
  };
  const overwriting = await admin.ask(documents.ChangeWebhookDocument, { input: late });
  expect(overwriting.changeWebhook.rejection).toMatchObject({ code: 'CONFLICT' });
  const removing = { input: { webhookId } };
  await admin.ask(documents.RemoveWebhookDocument, removing);
  const { removeWebhook } = await admin.ask(documents.RemoveWebhookDocument, removing);
  expect(removeWebhook.rejection).toMatchObject({ code: 'NOT_FOUND' });
  const { webhooks } = await admin.ask(documents.WebhooksDocument, {});
  expect(webhooks.filter(({ id }) => id === webhookId)).toEqual([]);
});

test('a command id that is used again for another webhook leaves the first one its secret', async () => {
  const receiver = await receive(cleanup);
  const commandId = randomUUID();
  const input = { ...targetAt(receiver.url), commandId };
  const first = await admin.ask(documents.RegisterWebhookDocument, { input });
  const { registerWebhook } = await admin.ask(documents.RegisterWebhookDocument, {
    input: { ...input, eventTypes: ['StockAdjusted'] },
  });
  expect(registerWebhook).toMatchObject({
    ...{ secret: null, rejection: { code: 'COMMAND_ID_REUSED' } },
  });
  const again = await admin.ask(documents.RegisterWebhookDocument, { input });
  expect(again.registerWebhook.secret).toBe(first.registerWebhook.secret);
  await receiveStock(1);
  await receiver.until(1);
  expect(isGenuine(receiver.received[0]!, first.registerWebhook.secret!)).toBe(true);
});
