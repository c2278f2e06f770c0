// What a customer reads of where the order goes: shipping, taxes, address and note.
import { expect, test } from '@jest/globals';
import type { Settlement } from '../../src/domain/order/events.js';
import { initialOrder, type OrderState } from '../../src/domain/order/state.js';
import type { MailCarrier } from '../../src/mail/carrier.js';
import { noWords } from '../../src/mail/delivery-lines.js';
import { MailLog } from '../../src/mail/mail-log.js';
import { orderMail, type OrderNews } from '../../src/mail/order-mail.js';
import { MailSender } from '../../src/mail/mail-sender.js';
import { OrderMails } from '../../src/mail/order-mails.js';
import { claimantWithoutLock } from '../../src/read-models/claimant.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { systemTime } from '../../src/waiting/time.js';
import { DatabaseSync } from 'node:sqlite';
import { ORDER_ID, orderPlaced } from '../controls/cart.js';
import { NOON, recordedAs } from '../controls/recorded.js';

const contact = { keyId: 'her key', sealed: 'address of mail' };
const address = {
  ...{ name: 'Ann <Doe>', lines: ['7 High Street', 'Flat 2'], city: 'London' },
  ...{ postalCode: 'E14', phone: '+44 1' },
};
const included = { name: 'VAT', category: 'standard', partsPerMillion: 200_000, included: true };
const order: OrderState = {
  ...initialOrder,
  ...{ id: ORDER_ID, currency: 'GBP', total: 1_915, contact },
  lines: [
    {
      ...{ sku: 'MUG', name: 'A mug', quantity: 2, unitPrice: 625 },
      ...{ subtotal: 1_250, discount: 0, total: 1_250 },
    },
  ],
  delivery: {
    shipTo: { country: 'GB', region: null, address: { keyId: 'her key', sealed: 'postal' } },
    shipping: { code: 'POST', name: 'Post', amount: 490 },
    taxes: [
      { ...included, base: 1_250, amount: 208, inLines: [208], inShipping: 0 },
      {
        ...{ name: 'City tax', category: 'city', partsPerMillion: 100_000, included: false },
        ...{ base: 1_740, amount: 175, inLines: [125], inShipping: 50 },
      },
    ],
    giftNote: { keyId: 'his key', sealed: 'note' },
  },
};
const news = recordedAs<OrderNews>(orderPlaced(1_915), 0);

test('what comes on top stands above the total, and what prices include below it', () => {
  const { text } = orderMail(order, news, { address, giftNote: 'Enjoy & smile' });
  expect(text.split('\n')).toEqual([
    ...['Thank you. We have your order.', ''],
    ...['2 × A mug  £12.50', 'Shipping: Post  £4.90', 'City tax 10 %  £1.75', 'Total  £19.15'],
    ...['VAT 20 % included  £2.08', ''],
    ...['It goes to:', 'Ann <Doe>', '7 High Street', 'Flat 2', 'London E14', 'United Kingdom', ''],
    ...['With your note:', 'Enjoy & smile', '', `Order ${ORDER_ID}`, ''],
  ]);
});

test('a correction stands above the total, so that the amounts sum to it', () => {
  const settled = (previousTotal: number, correctedTotal: number, settlement: Settlement) => ({
    ...{ eventId: 'E', reportId: 'R', occurredAt: NOON, reason: 'A reason', operator: 'ops' },
    ...{ previousTotal, correctedTotal, settlement },
  });
  const corrections = [
    settled(1_915, 2_000, 'FORGIVEN'),
    settled(2_000, 1_915, 'FORGIVEN'),
    settled(1_915, 1_815, 'OWED_TO_CUSTOMER'),
  ];
  const { text } = orderMail({ ...order, total: 1_815, corrections }, news);
  const shown = text.split('\n').slice(2, 8);
  expect(shown.slice(3)).toEqual([
    'Correction  -£1.00',
    'Total  £18.15',
    'VAT 20 % included  £2.08',
  ]);
});

const paid: OrderState = {
  ...order,
  status: 'CANCELLED',
  received: { amount: 1_915, gatewayReference: 'ch', at: NOON },
  cancellation: { reason: 'Lost in the store', by: 'STAFF', at: NOON },
};
const refund = { refundId: 'R1', amount: 915, reason: 'Chipped', requestedAt: NOON - 1 };
const wordsOf = (state: OrderState, data: OrderNews) =>
  orderMail(state, data).text.split('\n\n')[0];
const cancelled = recordedAs<OrderNews>(
  {
    type: 'OrderCancelled',
    data: {
      ...{ orderId: ORDER_ID, currency: 'GBP', forgone: 1_915, placedAt: NOON },
      ...{ reason: 'Lost in the store', by: 'STAFF', units: 2 },
    },
  },
  3,
);
const refunded = (refundId: string) =>
  recordedAs<OrderNews>(
    {
      type: 'OrderRefunded',
      data: {
        ...{ orderId: ORDER_ID, currency: 'GBP', forgone: 0, placedAt: NOON },
        ...{ refundId, amount: 915, reason: 'Chipped', gatewayReference: 're' },
      },
    },
    4,
  );

test('a cancellation says what becomes of the money', () => {
  const ofIt = { ...refund, requestedAt: NOON, outcome: 'REQUESTED' as const };
  const sentence = 'We cancelled your order.';
  const all = `${sentence}\nWe pay back what you paid.`;
  expect(wordsOf({ ...paid, refunds: [ofIt] }, cancelled)).toBe(all);
  expect(wordsOf({ ...paid, refunds: [{ ...refund, outcome: 'REFUSED' }] }, cancelled)).toBe(all);
  const part = { ...paid, refunds: [{ ...refund, outcome: 'REFUNDED' as const }, ofIt] };
  expect(wordsOf(part, cancelled)).toBe(`${sentence}\nWe pay back the rest of what you paid.`);
  const before = [{ ...refund, amount: 1_915, outcome: 'REFUNDED' as const }];
  expect(wordsOf({ ...paid, refunds: before }, cancelled)).toBe(sentence);
  expect(wordsOf({ ...paid, received: null }, cancelled)).toBe(sentence);
});

test('each refund is told with its amount, in a mail of its own', async () => {
  expect(wordsOf(paid, refunded('R1'))).toBe('We paid £9.15 back to you.');
  const names: string[] = [];
  const mails = new OrderMails({
    orders: { freshState: () => Promise.resolve(paid) },
    contacts: { openText: () => Promise.resolve(undefined) },
    sender: {
      send: async (draft) => {
        names.push((await draft())?.name ?? 'none');
      },
    },
  });
  const attending = { signal: new AbortController().signal, onFailure: () => undefined };
  for (const news of [refunded('R1'), refunded('R2'), cancelled]) {
    await mails.tell(ORDER_ID, news, attending);
  }
  expect(names).toEqual([
    ...[`${ORDER_ID}.OrderRefunded.R1`, `${ORDER_ID}.OrderRefunded.R2`],
    `${ORDER_ID}.OrderCancelled`,
  ]);
});

test('amounts have all digits of their currency, also those that CLDR does not count', () => {
  const { lines } = order;
  const goods = { ...order, ...{ currency: 'HUF', total: 1_550, lines, delivery: null } };
  const { text } = orderMail(goods, news);
  expect(text).toContain('Total  HUF\u00a015.50');
});

test('HTML says the same, and what a customer wrote is text in it', () => {
  const { html } = orderMail(order, news, { address, giftNote: 'Enjoy & smile' });
  expect(html).toContain('<p>It goes to:<br>Ann &lt;Doe&gt;<br>7 High Street');
  expect(html).toContain('<p>With your note:<br>Enjoy &amp; smile</p>');
  expect(html).toContain('<td>VAT 20 % included</td><td align="right">£2.08</td>');
});

test('an order that goes nowhere reads as it always did', () => {
  const { text } = orderMail({ ...order, delivery: null, total: 1_250 }, news, noWords);
  expect(text).toBe(
    `Thank you. We have your order.\n\n2 × A mug  £12.50\nTotal  £12.50\n\nOrder ${ORDER_ID}\n`,
  );
});

test('a mail has the words of its reader, and of nobody who could be erased without it', async () => {
  const sent: string[] = [];
  const carrier: MailCarrier = {
    carry: ({ content }) => {
      sent.push(content.toString());
      return Promise.resolve();
    },
    forget: () => Promise.resolve(),
  };
  const texts = new Map([
    ['postal', JSON.stringify(address)],
    ['note', 'a note of his'],
  ]);
  const contacts = {
    open: () => Promise.resolve({ email: 'ann@example.org' }),
    openText: ({ sealed }: { readonly sealed: string }) => Promise.resolve(texts.get(sealed)),
  };
  const database = SqliteDatabase.on(new DatabaseSync(':memory:'));
  const sender = new MailSender({
    ...{ contacts, carrier, from: 'shop@example.com', time: systemTime },
    log: await MailLog.on(database, claimantWithoutLock('me', database, true)),
  });
  const orders = { freshState: () => Promise.resolve(order) };
  const mails = new OrderMails({ orders, contacts, sender });
  const attending = { signal: new AbortController().signal, onFailure: () => undefined };
  await mails.tell(ORDER_ID, news, attending);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain('7 High Street');
  expect(sent[0]).not.toContain('a note of his');
});
