import { describe, test } from '@jest/globals';
import { cartDecider, createCartDecider } from '../../src/domain/cart/decide.js';
import { added, checkedOut, LATER, offered, opened } from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const add = (sku: string, quantity: number, price: number | null) => ({
  type: 'AddItem' as const,
  at: LATER,
  sku,
  quantity,
  offer: price === null ? null : offered(sku, price),
});

describe('adding an item', () => {
  test('keeps the price at which it was offered', () => {
    given(opened())
      .when(add('MUG', 2, 295))
      .then([added('MUG', 2, 295)]);
  });

  test('to a cart that was never opened: not found', () => {
    given()
      .when(add('MUG', 1, 295))
      .then({ code: 'NOT_FOUND' });
  });

  test('that there is no product for: not found', () => {
    given(opened())
      .when(add('MUG', 1, null))
      .then({ code: 'NOT_FOUND' });
  });

  test('after the checkout: the cart is closed', () => {
    given(opened(), added('MUG', 1, 295), checkedOut(295))
      .when(add('MUG', 1, 295))
      .then({ code: 'CART_CLOSED' });
  });

  test.each([0, -1, 1.5, Number.NaN, 100_001])('%d times: no such quantity', (quantity) => {
    given(opened())
      .when(add('MUG', quantity, 295))
      .then({ code: 'QUANTITY_LIMIT' });
  });

  test('beyond what a line holds, counting what is there', () => {
    given(opened(), added('MUG', 99_999, 1))
      .when(add('MUG', 1, 1))
      .then([added('MUG', 1, 1)]);
    given(opened(), added('MUG', 99_999, 1))
      .when(add('MUG', 2, 1))
      .then({ code: 'QUANTITY_LIMIT' });
  });

  test('in a currency in which it has no price', () => {
    given(opened('JPY'))
      .when(add('MUG', 1, 295))
      .then({ code: 'CURRENCY_MISMATCH' });
  });

  test('that would take the total beyond what can be counted exactly', () => {
    const half = Math.floor(Number.MAX_SAFE_INTEGER / 2);
    given(opened(), added('GOLD', 1, half))
      .when(add('GOLD', 1, half))
      .then([added('GOLD', 1, half)]);
    given(opened(), added('GOLD', 2, half))
      .when(add('GOLD', 1, half))
      .then({ code: 'MONEY_OVERFLOW' });
  });

  test('as one line more than the cart holds', () => {
    const small = createCartDecider({ maxLines: 1, maxUnitsPerLine: 10, maxCoupons: 1 });
    const cart = specificationOf(small).given(opened(), added('MUG', 1, 295));
    cart.when(add('PEN', 1, 100)).then({ code: 'LINE_LIMIT' });
    cart.when(add('MUG', 1, 295)).then([added('MUG', 1, 295)]);
  });
});
