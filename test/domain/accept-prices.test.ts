import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../src/domain/cart/decide.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { viewCart } from '../../src/domain/cart/view.js';
import type { Offer } from '../../src/domain/cart/commands.js';
import { added, changed, checkedOut, LATER, offered, opened } from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const accept = (...offers: Offer[]) => ({
  type: 'AcceptPrices' as const,
  at: LATER,
  offers: new Map(offers.map((offer) => [offer.sku, offer])),
});
const taken = (sku: string, from: number, unitPrice: number) => ({
  sku,
  from,
  unitPrice,
  offerRevision: null,
});

describe('accepting prices', () => {
  test('takes the offered price of every line that was added at another', () => {
    given(opened(), added('MUG', 2, 295), added('PEN', 1, 100), added('BOWL', 1, 500))
      .when(accept(offered('MUG', 350), offered('PEN', 90), offered('BOWL', 500)))
      .then([
        {
          type: 'PricesAccepted',
          data: { prices: [taken('MUG', 295, 350), taken('PEN', 100, 90)] },
        },
      ]);
  });

  test('names the oldest price that differs, and gives all units of the line the new one', () => {
    const prices = [taken('MUG', 295, 350)];
    const before = [opened(), added('MUG', 2, 295), changed('MUG', 2, 3, 350)] as const;
    given(...before)
      .when(accept(offered('MUG', 350)))
      .then([{ type: 'PricesAccepted', data: { prices } }]);
    const after = given(...before, { type: 'PricesAccepted', data: { prices } });
    const { lines, totals } = viewCart(after.state, LATER, standardRules);
    expect(lines[0]?.portions.map(({ quantity, revision }) => [quantity, revision])).toEqual([
      [3, 3],
    ]);
    expect(totals.total).toBe(1_050);
  });

  test('leaves a line whose product is not on sale, or not in this currency, as it is', () => {
    given(opened(), added('MUG', 2, 295), added('PEN', 1, 100))
      .when(accept(offered('MUG', 999, 'JPY'), offered('PEN', 120)))
      .then([{ type: 'PricesAccepted', data: { prices: [taken('PEN', 100, 120)] } }]);
  });

  test('where nothing has moved: nothing happens', () => {
    given(opened(), added('MUG', 2, 295))
      .when(accept(offered('MUG', 295)))
      .then({ code: 'PRICES_UNCHANGED' });
    given(opened()).when(accept()).then({ code: 'PRICES_UNCHANGED' });
  });

  test('that would take the total beyond what can be counted exactly', () => {
    given(opened(), added('GOLD', 100_000, 1))
      .when(accept(offered('GOLD', Number.MAX_SAFE_INTEGER)))
      .then({ code: 'MONEY_OVERFLOW' });
  });

  test('after the checkout: the cart is closed', () => {
    given(opened(), added('MUG', 1, 295), checkedOut(295))
      .when(accept(offered('MUG', 350)))
      .then({ code: 'CART_CLOSED' });
  });
});
