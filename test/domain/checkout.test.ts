import { describe, test } from '@jest/globals';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { cartDecider } from '../../src/domain/cart/decide.js';
import {
  added,
  applied,
  checkedOut,
  LATER,
  opened,
  ORDER_ID,
  percentOff,
} from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const checkOut = (expectedTotal: number) => ({
  type: 'CheckOut' as const,
  at: LATER,
  expectedTotal,
  rules: standardRules,
  orderId: ORDER_ID,
  contact: null,
});

describe('checking out', () => {
  test('for the total that the shopper saw', () => {
    given(opened(), added('MUG', 2, 295), applied('TEN', percentOff(10)))
      .when(checkOut(531))
      .then([checkedOut(531)]);
  });

  test('for any other total: nothing happens, and the total of now is told', () => {
    given(opened(), added('MUG', 2, 295))
      .when(checkOut(589))
      .then({ code: 'TOTAL_CHANGED', currentTotal: 590 } as { code: string });
  });

  test('when a coupon has ended since the shopper looked', () => {
    given(opened(), added('MUG', 1, 1_000), applied('TEN', percentOff(10, { validUntil: LATER })))
      .when(checkOut(900))
      .then({ code: 'TOTAL_CHANGED' });
  });

  test('with nothing in the cart', () => {
    given(opened()).when(checkOut(0)).then({ code: 'CART_EMPTY' });
  });

  test('twice', () => {
    given(opened(), added('MUG', 1, 295), checkedOut(295))
      .when(checkOut(295))
      .then({ code: 'CART_CLOSED' });
  });
});
