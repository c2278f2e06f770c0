// What becomes of a product's form when somebody else changes the product.
import { expect, test } from '@jest/globals';
import { merged, valuesOf } from '../../../web/app/operations/catalogue/product-values.ts';

const before = { ...valuesOf(null), name: 'Lantern', tags: 'brass', description: 'Shines' };

test('what nobody typed here is as the others left it', () => {
  const typed = { ...before, description: 'Glows' };
  const theirs = { ...before, name: 'Lamp' };
  expect(merged(before, typed, theirs)).toEqual({
    values: { ...before, name: 'Lamp', description: 'Glows' },
    ...{ isChanged: true, disputed: [] },
  });
});

test('what both changed is disputed, unless they agree', () => {
  const typed = { ...before, name: 'Light', tags: 'steel' };
  const theirs = { ...before, name: 'Lamp', tags: 'steel' };
  expect(merged(before, typed, theirs)).toEqual({
    ...{ values: typed, isChanged: true, disputed: ['name'] },
  });
});

test('another price changes nothing in the form', () => {
  const { isChanged } = merged(before, before, { ...before, price: '99.00' });
  expect(isChanged).toBe(false);
});
