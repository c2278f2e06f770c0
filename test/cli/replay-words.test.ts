// What `cartograph replay` prints of its outcomes.
import { expect, test } from '@jest/globals';
import { droppedText } from '../../src/cli/replay/replay-output.js';

test('generations that were dropped are named, and so is that there were none', () => {
  const dropped = [
    { name: 'cart', generation: 1 },
    { name: 'stock', generation: 2 },
  ];
  expect(droppedText(dropped)).toBe(
    'cart: generation 1 is dropped\nstock: generation 2 is dropped',
  );
  expect(droppedText([])).toBe('There is no earlier generation to drop');
});
