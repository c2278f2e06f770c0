// A log in which everything differs: the report has a bound, and says how much it left out.
import { expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { StoredLog } from '../controls/stored-log.js';

const noRows = {
  generations: () => Promise.resolve([]),
  missingColumns: () => Promise.resolve([]),
  rows: () => {
    throw new RangeError('There are no rows');
  },
};

test.each([
  [7, 7, 0],
  [1_000, 1_000, 0],
  [1_234, 1_000, 234],
])('of %d unreadable events %d are listed, and %d more counted', async (all, listed, more) => {
  const log = new StoredLog();
  for (let n = 0; n < all; n += 1) log.appendRaw(`cart-${n}`, 'CartOpened', {}, 99);
  const found = await verify(log, noRows, projectionsOf(standardPricing));
  const unread = found.differences.filter((words) => words.includes('cannot read'));
  expect([unread.length, found.moreDifferences]).toEqual([listed, more]);
});
