// A few seconds of a soak, so that it keeps working: the long one is `npm run soak`.
import { expect, test } from '@jest/globals';
import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryRecord } from '../simulator/history.js';
import type { Law } from '../simulator/laws/law.js';
import { HISTORY, LOG } from './judge.js';
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

const neverHolds: Law = {
  name: 'never holds',
  promise: 'Nobody is ever told anything.',
  watch: (_world, report) => ({ ended: () => report('somebody was told something') }),
};

test('when a law is broken, the history, the log and what the instances said are kept', async () => {
  const shared = { forMs: 1_000, instances: 1, database: 'sqlite', households: 2 } as const;
  const result = await soak({ ...shared, seed: 1, laws: [neverHolds] });
  const { folder, tally, events } = result;
  try {
    const words = 'somebody was told something';
    expect(result.breaches).toEqual([{ law: 'never holds', words }]);
    const linesOf = async (name: string) =>
      (await readFile(join(folder, name), 'utf8')).trim().split('\n');
    const records = (await linesOf(HISTORY)).map((line) => JSON.parse(line) as HistoryRecord);
    expect(records.filter(({ kind }) => kind === 'asked')).toHaveLength(tally.asked);
    expect(await linesOf(LOG)).toHaveLength(events);
    await expect(access(join(folder, 'instance-1.log'))).resolves.toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
