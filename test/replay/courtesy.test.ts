import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Generation } from '../../src/read-models/table.js';
import { Pace } from '../../src/replay/courtesy.js';

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
  test('takes smaller bites once it sees that the shop sells', async () => {
    let checkpoint = 10n;
    const generations = () => Promise.resolve([generationAt(checkpoint)]);
    const pace = new Pace({ generations });
    const quiet = pace.batch;
    await pace.rest();
    await pace.rest();
    expect(pace.batch).toBe(quiet);
    checkpoint = 11n;
    await pace.rest();
    expect(pace.batch).toBeLessThan(quiet);
  });

  test('has a low priority, with all of its threads', async () => {
    const courtesy = fileURLToPath(new URL('../../dist/replay/courtesy.js', import.meta.url));
    const program = `
      import { readdirSync } from 'node:fs';
      import { getPriority } from 'node:os';
      import { lowerPriority } from ${JSON.stringify(courtesy)};
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
