// Cart states as earlier builds stored them in rows: an open cart then had an order's id and a
// pricing version that were null. Rows are served as they are until they are rebuilt.
import { expect, test } from '@jest/globals';
import { noPayment } from '../../src/domain/cart/events.js';
import { pricingOf, rulesOf, standardRules } from '../../src/domain/cart/pricing.js';
import {
  type CartState,
  evolve,
  type ExistingCartState,
  initialCart,
  orderIdOf,
} from '../../src/domain/cart/state.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { added, existing, LATER, opened, ORDER_ID } from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';

const events = [opened(), added('MUG', 2, 250), added('BOWL', 1, 1_999)];
const open = existing(
  events.reduce<CartState>((so, event, at) => evolve(so, recordedAs(event, at)), initialCart),
);
const agreed = { orderId: ORDER_ID, total: 2_499 };
const checkout = {
  type: 'CartCheckedOut' as const,
  data: { ...agreed, pricingVersion: 1, contact: null, payment: noPayment },
};
const asStored = (state: object) => JSON.parse(JSON.stringify(state)) as ExistingCartState;
const storedOpen = asStored({ ...open, orderId: null, pricingVersion: null });
const storedClosed = asStored(evolve(open, recordedAs(checkout, 3)));
const pricing = pricingOf([standardRules, { ...standardRules, version: 2 }]);

test('an open cart is priced by the newest rules and has no order', () => {
  expect(viewCart(storedOpen, LATER, standardRules)).toEqual(viewCart(open, LATER, standardRules));
  expect(rulesOf(storedOpen, pricing).version).toBe(2);
  expect(orderIdOf(storedOpen)).toBeNull();
});

test('a cart that was checked out is priced by the rules of its checkout', () => {
  expect(storedClosed).toEqual({ ...storedOpen, ...storedClosed });
  expect(rulesOf(storedClosed, pricing).version).toBe(1);
  expect(orderIdOf(storedClosed)).toBe(ORDER_ID);
});

test('a stored state goes on with the next event', () => {
  const next = recordedAs(checkout, 3);
  expect(evolve(storedOpen, next)).toMatchObject(evolve(open, next));
});
