import { describe, expect, test } from '@jest/globals';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { cartDecider } from '../../src/domain/cart/decide.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { added, changed, LATER, offered, opened } from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const change = (sku: string, quantity: number, price: number | null) => ({
  type: 'ChangeQuantity' as const,
  at: LATER,
  sku,
  quantity,
  offer: price === null ? null : offered(sku, price),
});

describe('changing a quantity', () => {
  test('raising it offers the new units at the price of now', () => {
    given(opened(), added('MUG', 2, 295))
      .when(change('MUG', 5, 320))
      .then([changed('MUG', 2, 5, 320)]);
  });

  test('lowering it needs no price, not even a product', () => {
    given(opened(), added('MUG', 5, 295))
      .when(change('MUG', 2, null))
      .then([changed('MUG', 5, 2)]);
  });

  test('to none removes the line', () => {
    given(opened(), added('MUG', 5, 295))
      .when(change('MUG', 0, null))
      .then([{ type: 'ItemRemoved', data: { sku: 'MUG', quantity: 5 } }]);
  });

  test('to what it is already is recorded, so that a late repetition is recognised', () => {
    given(opened(), added('MUG', 5, 295))
      .when(change('MUG', 5, 295))
      .then([changed('MUG', 5, 5)]);
  });

  test('of what is not in the cart: not found', () => {
    given(opened())
      .when(change('MUG', 2, 295))
      .then({ code: 'NOT_FOUND' });
  });

  test.each(['cafe\u0301', 'caf\u00e9\u00a0', 'cafe\u0301\u2003'])(
    'changes and removes a line that an earlier release stored as %j',
    (stored) => {
      const sku = 'caf\u00e9';
      const line = [opened(), added(stored, 2, 295)] as const;
      const removed = { type: 'ItemRemoved', data: { sku: stored, quantity: 2 } } as const;
      given(...line)
        .when(change(sku, 5, 320))
        .then([changed(stored, 2, 5, 320)]);
      given(...line)
        .when(change(sku, 1, null))
        .then([changed(stored, 2, 1)]);
      given(...line)
        .when(change(sku, 0, null))
        .then([removed]);
      given(...line)
        .when({ type: 'RemoveItem', at: LATER, sku })
        .then([removed]);
    },
  );

  test('changes the line in the one spelling, where an older one is there too', () => {
    given(opened(), added('cafe\u0301', 2, 295), added('caf\u00e9', 3, 295))
      .when(change('caf\u00e9', 1, null))
      .then([changed('caf\u00e9', 3, 1)]);
  });

  test('takes the newest units away first, so that the earliest offers last longest', () => {
    const { state } = given(
      opened(),
      added('MUG', 3, 100),
      added('MUG', 2, 120),
      added('MUG', 4, 90),
      changed('MUG', 9, 4),
    );
    const [line] = viewCart(state, LATER, standardRules).lines;
    expect(line?.portions.map(({ quantity, unitPrice }) => [quantity, unitPrice])).toEqual([
      [3, 100],
      [1, 120],
    ]);
    expect(line?.total).toBe(3 * 100 + 120);
  });
});
