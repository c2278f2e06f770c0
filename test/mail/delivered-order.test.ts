// What a customer reads of where the order goes: shipping, taxes, address and note.
import { expect, test } from '@jest/globals';
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
import { recordedAs } from '../controls/recorded.js';

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
