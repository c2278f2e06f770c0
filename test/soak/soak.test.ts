// A few seconds of a soak, so that it keeps working: the long one is `npm run soak`.
import { expect, test } from '@jest/globals';
import { soak } from './soak.js';

const FOR_MS = 15_000;

test('two instances are killed, frozen and cut off while people shop, and no law is broken', async () => {
  const seed = Date.now() % 1_000_000;
  const shared = { forMs: FOR_MS, instances: 2, database: 'sqlite', households: 4 } as const;
  const { breaches, tally, carts, events, folder } = await soak({ ...shared, seed });
  expect({ seed, folder, breaches }).toEqual({ seed, folder, breaches: [] });
  expect(tally.replies.get('accepted')).toBeGreaterThan(0);
  expect(tally.replies.get('push')).toBeGreaterThan(0);
  expect(tally.troubles.size).toBeGreaterThan(0);
  expect(events).toBeGreaterThan(carts);
}, 180_000);
