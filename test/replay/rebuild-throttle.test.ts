import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Generation } from '../../src/read-models/table.js';
import { RebuildThrottle } from '../../src/replay/rebuild-throttle.js';

const run = promisify(execFile);

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

  test('has a low priority, with all of its threads', async () => {
    const throttle = fileURLToPath(
      new URL('../../dist/replay/rebuild-throttle.js', import.meta.url),
    );
    const program = `
      import { readdirSync } from 'node:fs';
      import { getPriority } from 'node:os';
      import { lowerPriority } from ${JSON.stringify(throttle)};
      lowerPriority();
      const threads = process.platform === 'linux' ? readdirSync('/proc/self/task') : [0];
      console.log(JSON.stringify(threads.map((thread) => getPriority(Number(thread)))));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
    const priorities = JSON.parse(stdout) as number[];
    expect(priorities.length).toBeGreaterThan(0);
    // A test that runs with a low priority itself cannot raise it.
    expect(Math.min(...priorities)).toBeGreaterThanOrEqual(10);
  });
});
