import { describe, expect, test } from '@jest/globals';
import type { ForkCart } from '../../src/domain/cart/commands.js';
import { cartDecider } from '../../src/domain/cart/decide.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import {
  added,
  applied,
  CART_ID,
  couponOffered,
  existing,
  LATER,
  offered,
  opened,
  percentOff,
} from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const SOURCE = '0193a000-0000-7000-8000-0000000000bb';
const ten = percentOff(10);
const fork = (fields: Partial<ForkCart> = {}): ForkCart => ({
  ...{ type: 'ForkCart', at: LATER, fromCartId: SOURCE, fromRevision: 4, ...opened().data },
  ...{ lines: [], coupons: [], ...fields },
});
const forked = (data: object): CartEvent => ({
  type: 'CartForked',
  data: { fromCartId: SOURCE, fromRevision: 4, lines: [], refused: [], coupons: [], ...data },
});

describe('copying a cart', () => {
  test('opens another with the lines at the offers of now, and says what it is a copy of', () => {
    given()
      .when(fork({ lines: [{ sku: 'MUG', quantity: 2, offer: offered('MUG', 350) }] }))
      .then([opened(), forked({ lines: [added('MUG', 2, 350).data] })]);
  });

  test('leaves out a product that is no longer on sale, and says so', () => {
    given()
      .when(fork({ lines: [{ sku: 'GONE', quantity: 2, offer: null }] }))
      .then([
        opened(),
        forked({ refused: [{ index: 0, sku: 'GONE', quantity: 2, refusal: 'NOT_FOUND' }] }),
      ]);
  });

  test('applies the coupons that can be applied now', () => {
    const coupons = [
      { code: 'TEN', coupon: couponOffered(ten) },
      { code: 'GONE', coupon: null },
    ];
    given()
      .when(fork({ coupons }))
      .then([
        opened(),
        { ...applied('TEN', ten), data: { code: 'TEN', ...couponOffered(ten) } },
        forked({
          coupons: [
            { code: 'TEN', refusal: null },
            { code: 'GONE', refusal: 'COUPON_INVALID' },
          ],
        }),
      ]);
  });

  test('cites itself for what the copy holds', () => {
    const { state } = given(opened(), forked({ lines: [added('MUG', 2, 350).data] }));
    expect(existing(state)).toMatchObject({
      id: CART_ID,
      lines: [{ sku: 'MUG', portions: [{ quantity: 2, unitPrice: 350, revision: 1 }] }],
    });
  });

  test('into a cart that is there: nothing happens', () => {
    given(opened()).when(fork()).then({ code: 'ALREADY_OPEN' });
  });
});
