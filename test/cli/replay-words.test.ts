// What `cartograph replay` prints of its outcomes.
import { expect, test } from '@jest/globals';
import { droppedText } from '../../src/cli/replay/replay-output.js';

test('generations that were dropped are named, and so is that there were none', () => {
  const dropped = [
    { name: 'cart', generation: 1 },
    { name: 'stock', generation: 2 },
  ];
  expect(droppedText(dropped, 'earlier')).toBe(
    'cart: generation 1 is dropped\nstock: generation 2 is dropped',
  );
  expect(droppedText([], 'earlier')).toBe('There is no earlier generation to drop');
  expect(droppedText([], 'newer')).toBe('There is no newer generation to drop');
});
