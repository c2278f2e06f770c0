// Who is reminded of an abandoned cart: a customer whose address is known by an order, once for each
// time that the cart is abandoned.
import { beforeEach, expect, test } from '@jest/globals';
import type { CartState } from '../../src/domain/cart/state.js';
import type { CartAbandoned } from '../../src/domain/cart/lifecycle-events.js';
import { CartReminders } from '../../src/mail/cart-reminders.js';
import type { MailDraft } from '../../src/mail/mail-sender.js';
import { recordedAs } from '../controls/recorded.js';

const CART = 'a-cart';
const DAY = 24 * 3_600_000;
const contact = { keyId: 'a key', sealed: 'a text' };
const event = recordedAs<CartAbandoned>({ type: 'CartAbandoned', data: { idleSince: 0 } }, 3);
const portion = { quantity: 2, unitPrice: 250, eventId: 'an id', revision: 1 };
const abandoned: CartState = {
  ...{ id: CART, status: 'ABANDONED', currency: 'GBP', customerId: 'ann', tokenHash: null },
  ...{ revision: 3, openedAt: 0, updatedAt: event.occurredAt, coupons: [] },
  lines: [{ sku: 'MUG', name: 'A <mug>', addedAt: 0, portions: [portion, portion] }],
};

let cart: CartState;
let now: number;
let drafts: MailDraft[];
beforeEach(() => {
  cart = abandoned;
  now = event.occurredAt + DAY;
  drafts = [];
});

async function remind(): Promise<void> {
  const reminders = new CartReminders({
    cart: () => Promise.resolve(cart),
    lastContact: (customerId) => Promise.resolve(customerId === 'ann' ? contact : null),
    sender: {
      send: async (draft) => {
        const drafted = await draft();
        if (drafted !== undefined) drafts.push(drafted);
      },
    },
    now: () => now,
  });
  const attending = { signal: new AbortController().signal, onFailure: () => undefined };
  await reminders.remind(CART, event, attending);
}

test('a customer with an order is reminded of what is in the cart', async () => {
  await remind();
  expect(drafts).toEqual([
    {
      ...{ name: `${CART}.3.CartAbandoned`, contact, occurredAt: event.occurredAt },
      mail: {
        subject: 'Your cart is waiting',
        text: expect.stringContaining('4 × A <mug>'),
        html: expect.stringContaining('<li>4 × A &lt;mug&gt;</li>'),
      },
    },
  ]);
});

test.each<[string, () => void]>([
  ['a guest', () => (cart = { ...abandoned, customerId: null })],
  ['a customer without an order', () => (cart = { ...abandoned, customerId: 'bob' })],
  ['an empty cart', () => (cart = { ...abandoned, lines: [] })],
  ['a cart that was revived', () => (cart = { ...abandoned, status: 'OPEN' })],
  ['a cart that was abandoned again', () => (cart = { ...abandoned, updatedAt: now })],
  ['a cart that was left more than a week ago', () => (now = event.occurredAt + 8 * DAY)],
])('%s gets no reminder', async (_who, given) => {
  given();
  await remind();
  expect(drafts).toEqual([]);
});
