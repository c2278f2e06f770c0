import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const built = new URL('../../dist/replay/low-priority.js', import.meta.url).href;
/** A test that runs with a low priority itself cannot raise it. */
const LOW = 10;

/** What a program of its own prints, as JSON, that has these functions. */
async function printed<Found>(program: string): Promise<Found> {
  const imports = `
    import { readdirSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { Worker } from 'node:worker_threads';
    import { lowerPriority } from ${JSON.stringify(built)};`;
  const args = ['--input-type=module', '-e', `${imports}\n${program}`];
  const { stdout } = await run(process.execPath, args, { cwd: fileURLToPath(new URL('.', built)) });
  return JSON.parse(stdout) as Found;
}

describe('a replay of the command line', () => {
  test('has a low priority, with all of its threads', async () => {
    const priorities = await printed<number[]>(`
      lowerPriority();
      const threads = process.platform === 'linux' ? readdirSync('/proc/self/task') : [0];
      console.log(JSON.stringify(threads.map((thread) => getPriority(Number(thread)))));`);
    expect(priorities.length).toBeGreaterThan(0);
    expect(Math.min(...priorities)).toBeGreaterThanOrEqual(LOW);
  });
});

const onLinux = process.platform === 'linux' ? '' : ' (skipped: a priority is of a process here)';
const testOfThreads = process.platform === 'linux' ? test : test.skip;

describe('a replay of the service', () => {
  testOfThreads(`has a low priority, and the service has not${onLinux}`, async () => {
    const [before, own, after] = await printed<number[]>(`
      const before = getPriority();
      const thread = new Worker(\`
        import { getPriority } from 'node:os';
        import { parentPort } from 'node:worker_threads';
        import { lowerThreadPriority } from ${JSON.stringify(built)};
        lowerThreadPriority();
        parentPort.postMessage(getPriority());\`, { eval: true });
      thread.once('message', (own) => {
        console.log(JSON.stringify([before, own, getPriority()]));
      });`);
    expect(own).toBeGreaterThanOrEqual(LOW);
    expect(after).toBe(before);
  });
});
