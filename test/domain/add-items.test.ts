import { describe, expect, test } from '@jest/globals';
import { cartDecider, createCartDecider } from '../../src/domain/cart/decide.js';
import type { OfferedLine } from '../../src/domain/cart/commands.js';
import { added, checkedOut, LATER, offered, opened } from '../controls/cart.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);

const line = (sku: string, quantity: number, price: number | null): OfferedLine => ({
  sku,
  quantity,
  offer: price === null ? null : offered(sku, price),
});
const addAll = (...lines: OfferedLine[]) =>
  ({ type: 'AddItems', at: LATER, lines, partially: false }) as const;
const addSome = (...lines: OfferedLine[]) => ({ ...addAll(...lines), partially: true });
const open = (...lines: OfferedLine[]) => {
  const { data } = opened();
  return { type: 'OpenCart', at: LATER, lines, ...data } as const;
};
const refused = (index: number, sku: string, quantity: number, refusal: string) => ({
  index,
  sku,
  quantity,
  refusal,
});
const itemsAdded = (lines: ReturnType<typeof added>[], ...rest: ReturnType<typeof refused>[]) =>
  ({ type: 'ItemsAdded', data: { lines: lines.map(({ data }) => data), refused: rest } }) as const;

describe('adding several lines', () => {
  test('is one event with every line', () => {
    given(opened())
      .when(addAll(line('MUG', 2, 295), line('PEN', 1, 100)))
      .then([itemsAdded([added('MUG', 2, 295), added('PEN', 1, 100)])]);
  });

  test('adds none when one cannot be added, and says which and why', () => {
    const command = addAll(line('MUG', 2, 295), line('GONE', 1, null), line('PEN', 0, 100));
    expect(cartDecider.decide(command, given(opened()).state)).toMatchObject({
      rejected: {
        code: 'LINES_REFUSED',
        refusedLines: [
          { index: 1, sku: 'GONE', quantity: 1, refusal: { code: 'NOT_FOUND' } },
          { index: 2, sku: 'PEN', quantity: 0, refusal: { code: 'QUANTITY_LIMIT' } },
        ],
      },
    });
  });

  test('partially, stores what was added and what was refused', () => {
    given(opened())
      .when(addSome(line('GONE', 1, null), line('MUG', 2, 295)))
      .then([itemsAdded([added('MUG', 2, 295)], refused(0, 'GONE', 1, 'NOT_FOUND'))]);
  });

  test('partially, and none can be added: nothing happens', () => {
    given(opened())
      .when(addSome(line('GONE', 1, null)))
      .then({ code: 'LINES_REFUSED' });
  });

  test('counts each line towards the limits of the next', () => {
    const small = createCartDecider({ maxLines: 2, maxUnitsPerLine: 10, maxCoupons: 1 });
    const lines = [line('A', 6, 1), line('A', 6, 1), line('B', 1, 1), line('C', 1, 1)];
    specificationOf(small)
      .given(opened())
      .when(addSome(...lines))
      .then([
        itemsAdded(
          [added('A', 6, 1), added('B', 1, 1)],
          refused(1, 'A', 6, 'QUANTITY_LIMIT'),
          refused(3, 'C', 1, 'LINE_LIMIT'),
        ),
      ]);
  });

  test('leaves out the line that would take the total beyond what can be counted exactly', () => {
    const half = Math.floor(Number.MAX_SAFE_INTEGER / 2);
    given(opened())
      .when(addSome(line('A', 2, half), line('B', 1, half), line('C', 1, 1)))
      .then([
        itemsAdded([added('A', 2, half), added('C', 1, 1)], refused(1, 'B', 1, 'MONEY_OVERFLOW')),
      ]);
  });

  test('after the checkout: the cart is closed', () => {
    given(opened(), added('MUG', 1, 295), checkedOut(295))
      .when(addAll(line('MUG', 1, 295)))
      .then({ code: 'CART_CLOSED' });
  });
});

describe('opening a cart with first lines', () => {
  test('opens it and adds them in one append', () => {
    given()
      .when(open(line('MUG', 2, 295)))
      .then([opened(), itemsAdded([added('MUG', 2, 295)])]);
  });

  test('opens it without the lines that cannot be added', () => {
    given()
      .when(open(line('GONE', 1, null)))
      .then([opened(), itemsAdded([], refused(0, 'GONE', 1, 'NOT_FOUND'))]);
  });

  test('without lines is the opening alone', () => {
    given().when(open()).then([opened()]);
  });

  test('that is there already: nothing happens', () => {
    given(opened())
      .when(open(line('MUG', 1, 295)))
      .then({ code: 'ALREADY_OPEN' });
  });
});
