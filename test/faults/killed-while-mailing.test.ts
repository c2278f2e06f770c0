// The service is killed while it hands a mail to an SMTP server: no mail is sent twice, and what is
// not known is parked, visibly.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { HaltingMailServer } from '../mail/halting-mail-server.js';

const cleanup = new Cleanup();
let mailServer: HaltingMailServer;
let service: ServiceProcess;
let admin: Shopper;

beforeAll(async () => {
  mailServer = await HaltingMailServer.start(cleanup);
  service = await ServiceProcess.start({ SMTP_URL: mailServer.url });
  cleanup.add(() => service.remove());
  admin = await Shopper.signedIn(service, 'admin', 'boss');
});
afterEach(async () => {
  mailServer.waitsBefore = 'nothing';
  if (!service.isRunning) await service.restart();
});
afterAll(() => cleanup.run());

async function placeOrder(): Promise<string> {
  const { cartId, shopper } = await new Shopper(service).open();
  const { addItem } = await shopper.ask(documents.AddItemDocument, {
    input: { cartId, sku: '71053', quantity: 1 },
  });
  const expectedTotal = addItem.cart!.totals.total.minorUnits;
  const { checkout } = await shopper.ask(documents.CheckoutDocument, {
    input: { cartId, email: 'ann@example.org', paymentToken: 'tok_ok', expectedTotal },
  });
  return checkout.order!.id;
}

async function mailReaction() {
  const { reactions } = await admin.ask(documents.ReactionsDocument, {});
  return reactions.find(({ name }) => name === 'mail')!;
}

test('killed before the content is asked for: the next start sends the mail, once', async () => {
  mailServer.waitsBefore = 'the recipient';
  const asked = mailServer.next();
  const orderId = await placeOrder();
  await asked;
  await service.kill();
  mailServer.waitsBefore = 'nothing';
  await service.restart();
  await mailServer.mailed(`${orderId}.OrderPlaced`, `${orderId}.PaymentReceived`);
  expect(mailServer.countOf(`${orderId}.OrderPlaced`)).toBe(1);
  expect(mailServer.countOf(`${orderId}.PaymentReceived`)).toBe(1);
});

test('killed while the content is handed over: it is not sent again, and parked', async () => {
  mailServer.waitsBefore = 'the end';
  const orderId = await placeOrder();
  await mailServer.mailed(`${orderId}.OrderPlaced`);
  await service.kill();
  mailServer.waitsBefore = 'nothing';
  await service.restart();
  await service.logs('a reaction cannot act on an event and parks it');
  // Another order's mails are not held up.
  const other = await placeOrder();
  await mailServer.mailed(`${other}.OrderPlaced`, `${other}.PaymentReceived`);
  expect(mailServer.countOf(`${orderId}.OrderPlaced`)).toBe(1);
  const { parked } = await mailReaction();
  const [mine] = parked.filter(({ stream }) => stream === `order-${orderId}`);
  expect(mine).toMatchObject({ reason: 'Whether the mail was sent is not known', attempts: 3 });

  const printed = await service.runToEnd('reactions', '--replay');
  expect(printed.code).toBe(1);
  expect(printed.stdout).toContain(`order-${orderId}@0 (OrderPlaced)`);
  expect(mailServer.countOf(`${orderId}.OrderPlaced`)).toBe(1);
});
