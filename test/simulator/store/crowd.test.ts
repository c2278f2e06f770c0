// Whatever goes wrong, what callers were told of the store is true: acknowledged appends are in the
// log once and where they were said to be, refused ones are not, and reads give what stays. A store
// with a flaw is found out, so the check is worth something.
import { expect, test } from '@jest/globals';
import type { StoreFlaw } from './cluster.js';
import { type CrowdOptions, problemsOf } from './crowd.js';
import type { FaultRates } from './faults.js';

/** STORE_SEEDS=1000 asks more. */
const SEEDS = Number(process.env.STORE_SEEDS ?? 40);

const all: FaultRates = {
  answerLost: 0.1,
  answerLate: 0.1,
  appendAgain: 0.2,
  replicationLate: 0.2,
  connectionCut: 0.03,
  stalled: 0.03,
  leaderMoved: 30,
  nodeFrozen: 15,
  storeAway: 8,
  diskFull: 8,
};

/** The first seed that shows a problem. */
async function firstSeed(seeds: number, options: CrowdOptions): Promise<number | undefined> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const problems = await problemsOf(seed, options);
    if (problems.length > 0) return seed;
  }
  return undefined;
}

test(
  'a sound store tells the truth under all faults',
  async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      expect({ seed, problems: await problemsOf(seed, { faults: all }) }).toEqual({
        seed,
        problems: [],
      });
    }
  },
  30_000 + SEEDS * 1_500,
);

test.each<StoreFlaw>([
  'ignores expectations',
  'forgets event ids',
  'acknowledges too early',
  'acknowledges as a replaced leader',
  'shows uncommitted events',
])('a store that %s is found out', async (flaw) => {
  expect(await firstSeed(200, { faults: all, flaw })).toBeDefined();
});
