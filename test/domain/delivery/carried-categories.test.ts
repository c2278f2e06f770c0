// Goods keep their tax category wherever they go: several at once, a copy, a merge, prices of now.
import { describe, expect, test } from '@jest/globals';
import type { MergeCart, OfferedLine } from '../../../src/domain/cart/commands.js';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import type { CartEvent } from '../../../src/domain/cart/events.js';
import { added, CART_ID, changed, existing, LATER, offered, opened } from '../../controls/cart.js';
import { categorizedAs } from '../../controls/delivery.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(cartDecider);
const at = LATER;
const book = (sku: string) => ({ ...offered(sku, 500), taxCategory: 'books' });
const line = (sku: string, offer = book(sku)): OfferedLine => ({ sku, quantity: 1, offer });
const linesOf = (...skus: string[]) =>
  skus.map((sku) => ({
    sku,
    name: `THE ${sku}`,
    quantity: 1,
    unitPrice: 500,
    offerRevision: null,
  }));
const typesOf = (decision: ReturnType<typeof cartDecider.decide>) =>
  'accepted' in decision ? decision.accepted.map(({ type }) => type) : [];

describe('the categories of several lines', () => {
  const lines = [line('ONE'), line('MUG', { ...offered('MUG', 500), taxCategory: 'standard' })];

  test('come in one event before them, of those alone that are not standard', () => {
    given(opened())
      .when({ type: 'AddItems', at, lines, partially: false })
      .then([
        categorizedAs('books', 'ONE'),
        { type: 'ItemsAdded', data: { lines: linesOf('ONE', 'MUG'), refused: [] } },
      ]);
  });

  test('come of no line that is refused', () => {
    given(opened())
      .when({
        type: 'AddItems',
        at,
        lines: [line('ONE'), { ...line('TWO'), quantity: 0 }],
        partially: true,
      })
      .then([
        categorizedAs('books', 'ONE'),
        {
          type: 'ItemsAdded',
          data: {
            lines: linesOf('ONE'),
            refused: [{ index: 1, sku: 'TWO', quantity: 0, refusal: 'QUANTITY_LIMIT' }],
          },
        },
      ]);
  });

  test('come with the first lines of a cart, and with a copy', () => {
    const { cartId, currency, customerId, tokenHash } = opened().data;
    const opening = { at, cartId, currency, customerId, tokenHash, lines };
    const { state } = given();
    expect(typesOf(cartDecider.decide({ type: 'OpenCart', ...opening }, state))).toEqual([
      ...['CartOpened', 'TaxCategoriesApplied', 'ItemsAdded'],
    ]);
    const source = { fromCartId: 'another', fromRevision: 3, coupons: [] };
    expect(typesOf(cartDecider.decide({ type: 'ForkCart', ...opening, ...source }, state))).toEqual(
      [...['CartOpened', 'TaxCategoriesApplied', 'CartForked']],
    );
  });
});

test('more units bring the category of now, fewer bring none', () => {
  const cart = [opened(), added('ONE', 2, 500)];
  const change = { type: 'ChangeQuantity', at, sku: 'ONE', offer: book('ONE') } as const;
  given(...cart)
    .when({ ...change, quantity: 3 })
    .then([categorizedAs('books', 'ONE'), changed('ONE', 2, 3, 500)]);
  given(...cart)
    .when({ ...change, quantity: 1 })
    .then([changed('ONE', 2, 1)]);
});

test('prices of now bring it too', () => {
  const prices = [{ sku: 'ONE', from: 400, unitPrice: 500, offerRevision: null }];
  given(opened(), added('ONE', 1, 400))
    .when({ type: 'AcceptPrices', at, offers: new Map([['ONE', book('ONE')]]) })
    .then([categorizedAs('books', 'ONE'), { type: 'PricesAccepted', data: { prices } }]);
});

describe('a merge', () => {
  const annsCart: CartEvent = {
    type: 'CartOpened',
    data: { cartId: CART_ID, currency: 'GBP', customerId: 'ann', tokenHash: null },
  };
  const merge = (...guests: readonly CartEvent[]): MergeCart => ({
    ...{ type: 'MergeCart', at, fromCartId: 'guest', fromRevision: 9, strategy: 'SUM' },
    from: existing(given(opened(), ...guests).state),
    customerId: 'ann',
    opening: { cartId: CART_ID, currency: 'GBP', customerId: 'ann', tokenHash: null },
  });
  const guests = [categorizedAs('books', 'ONE'), added('ONE', 1, 500), added('MUG', 1, 500)];

  test('takes the categories of the goods along', () => {
    const { state } = given(annsCart, added('ONE', 1, 500));
    const decision = cartDecider.decide(merge(...guests), state);
    expect(typesOf(decision)).toEqual(['TaxCategoriesApplied', 'CartMerged']);
    expect(decision).toMatchObject({ accepted: [categorizedAs('books', 'ONE'), {}] });
  });

  test('of goods that are the same here and there adds no event', () => {
    const { state } = given(annsCart, categorizedAs('books', 'ONE'));
    expect(typesOf(cartDecider.decide(merge(...guests), state))).toEqual(['CartMerged']);
  });
});

test('an undo leaves the category, which is about the product', () => {
  const { state } = given(opened(), categorizedAs('books', 'ONE'), added('ONE', 1, 500), {
    type: 'ChangeUndone',
    data: {
      undone: { type: 'ItemAdded', revision: 2 },
      lines: [{ sku: 'ONE', name: 'ONE', addedAt: at, position: 0, portions: [] }],
      coupon: null,
      delivery: null,
    },
  });
  expect(existing(state)).toMatchObject({
    ...{ lines: [], delivery: { categories: [{ sku: 'ONE', taxCategory: 'books' }] } },
  });
});
