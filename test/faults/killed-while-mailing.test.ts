// The service is killed while it hands a mail to an SMTP server: no mail is sent twice, and what is
// not known is parked, visibly.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';

const cleanup = new Cleanup();
/** Message-IDs of the contents that the server has read. */
const contents: string[] = [];
/** What the server waits before for ever. */
let waitsBefore: 'nothing' | 'the recipient' | 'the end' = 'nothing';
let heard = () => {};
let service: ServiceProcess;
let admin: Shopper;

beforeAll(async () => {
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
    onRcptTo: (_address, _session, done) => {
      heard();
      if (waitsBefore !== 'the recipient') done();
    },
    onData: (stream, _session, done) => {
      let content = '';
      stream.on('data', (chunk) => (content += String(chunk)));
      stream.on('end', () => {
        contents.push(/^Message-ID:\s+<(.*)@/m.exec(content)?.[1] ?? content);
        heard();
        if (waitsBefore !== 'the end') done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  cleanup.add(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  service = await ServiceProcess.start({ SMTP_URL: `smtp://127.0.0.1:${port}` });
  cleanup.add(() => service.remove());
  admin = await Shopper.signedIn(service, 'admin', 'boss');
});
afterEach(async () => {
  waitsBefore = 'nothing';
  if (!service.isRunning) await service.restart();
});
afterAll(() => cleanup.run());

const next = () => new Promise<void>((resolve) => (heard = resolve));

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

async function mailed(...names: string[]): Promise<void> {
  while (!names.every((name) => contents.includes(name))) await next();
}

async function mailReaction() {
  const { reactions } = await admin.ask(documents.ReactionsDocument, {});
  return reactions.find(({ name }) => name === 'mail')!;
}

const countOf = (name: string) => contents.filter((one) => one === name).length;

test('killed before the content is asked for: the next start sends the mail, once', async () => {
  waitsBefore = 'the recipient';
  const asked = next();
  const orderId = await placeOrder();
  await asked;
  await service.kill();
  waitsBefore = 'nothing';
  await service.restart();
  await mailed(`${orderId}.OrderPlaced`, `${orderId}.PaymentReceived`);
  expect(countOf(`${orderId}.OrderPlaced`)).toBe(1);
  expect(countOf(`${orderId}.PaymentReceived`)).toBe(1);
});

test('killed while the content is handed over: it is not sent again, and parked', async () => {
  waitsBefore = 'the end';
  const orderId = await placeOrder();
  await mailed(`${orderId}.OrderPlaced`);
  await service.kill();
  waitsBefore = 'nothing';
  await service.restart();
  await service.logs('a reaction cannot act on an event and parks it');
  // Another order's mails are not held up.
  const other = await placeOrder();
  await mailed(`${other}.OrderPlaced`, `${other}.PaymentReceived`);
  expect(countOf(`${orderId}.OrderPlaced`)).toBe(1);
  const { parked } = await mailReaction();
  const [mine] = parked.filter(({ stream }) => stream === `order-${orderId}`);
  expect(mine).toMatchObject({ reason: 'Whether the mail was sent is not known', attempts: 3 });

  const printed = await service.runToEnd('reactions', '--replay');
  expect(printed.code).toBe(1);
  expect(printed.stdout).toContain(`order-${orderId}@0 (OrderPlaced)`);
  expect(countOf(`${orderId}.OrderPlaced`)).toBe(1);
});
