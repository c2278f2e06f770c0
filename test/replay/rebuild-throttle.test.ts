import { describe, expect, test } from '@jest/globals';
import type { Generation } from '../../src/read-models/table.js';
import { RebuildThrottle } from '../../src/replay/rebuild-throttle.js';

const generationAt = (checkpoint: bigint): Generation => ({
  name: 'cart',
  generation: 1,
  version: 1,
  foldHash: null,
  status: 'LIVE',
  checkpoint,
  isPaused: false,
  promotedAt: null,
});

describe('a rebuild beside a shop', () => {
  test('takes smaller batches once it sees that the shop sells', async () => {
    let checkpoint = 10n;
    const generations = () => Promise.resolve([generationAt(checkpoint)]);
    const throttle = new RebuildThrottle({ generations });
    const quiet = throttle.batchSize;
    await throttle.pause();
    await throttle.pause();
    expect(throttle.batchSize).toBe(quiet);
    checkpoint = 11n;
    await throttle.pause();
    expect(throttle.batchSize).toBeLessThan(quiet);
  });
});
