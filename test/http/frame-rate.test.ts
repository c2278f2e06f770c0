// More than 10 control frames a second, for 4 s in a row, are too many.
import { expect, test } from '@jest/globals';
import { FrameRate } from '../../src/http/frame-rate.js';

/** The second, counted from 1, in which a peer is found to send too much; undefined: never. */
function foundIn(perSecond: readonly number[]): number | undefined {
  const rate = new FrameRate(10, 4);
  for (const [second, frames] of perSecond.entries()) {
    for (let frame = 0; frame < frames; frame += 1) {
      if (rate.isExceededBy(second * 1_000 + (frame * 1_000) / frames)) return second + 1;
    }
  }
  return undefined;
}

test.each([
  ['11 a second', [11, 11, 11, 11], 4],
  ['500 a second', [500, 500, 500, 500], 4],
  ['10 a second', Array.from({ length: 60 }, () => 10), undefined],
  ['a burst, and nothing after', [500, 0, 0, 0, 0, 0], undefined],
  ['three seconds too many, then a calm one', [20, 20, 20, 5, 20, 20, 20], undefined],
  ['three seconds too many, then silence', [20, 20, 20, 0, 20, 20, 20], undefined],
  ['a calm start', [1, 1, 50, 50, 50, 50], 6],
])('%s', (_case, perSecond, expected) => {
  expect(foundIn(perSecond)).toBe(expected);
});
