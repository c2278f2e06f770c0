// One of several by weights.
import type { Randomness } from '../randomness.js';

/** @throws RangeError where the weights sum to 0 */
export function weighted<Item>(
  randomness: Randomness,
  items: readonly (readonly [weight: number, item: Item])[],
): Item {
  let left = randomness.next() * items.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, item] of items) {
    if (left < weight) return item;
    left -= weight;
  }
  throw new RangeError('There is nothing to pick from');
}
