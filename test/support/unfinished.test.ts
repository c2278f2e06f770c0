// A test that fails before it ends what it began must not keep Jest: everything it began is ended.
import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endAll, endWithFile } from './unfinished.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const never = () => new Promise<never>(() => undefined);

test('every end is tried, whatever becomes of those before it', async () => {
  const ended: number[] = [];
  const end = (n: number) => () => Promise.resolve(ended.push(n));
  const broken = () => Promise.reject(new Error('it is broken'));
  const ends = endAll([end(1), broken, end(2), never, end(3)], 20);
  await expect(ends).rejects.toThrow(/it is broken[^]*did not end within 20 ms/);
  expect(ended).toEqual([1, 2, 3]);
});

test('one failure is thrown as it is', async () => {
  const failure = new Error('it is broken');
  await expect(endAll([() => Promise.reject(failure)])).rejects.toBe(failure);
});

let kill = () => true;
afterEach(() => void kill());

test('Jest comes to its end, with all that was begun, after tests that end nothing', async () => {
  const args = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  args.push('--maxWorkers=1', '--ci', '--testMatch', '**/test/support/ends-nothing.ts');
  // Jest's own variables of this run would be taken for those of the other one.
  const env = { ...process.env, JEST_WORKER_ID: '' };
  const jest = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  kill = () => jest.kill('SIGKILL');
  const settle = endWithFile(() => Promise.resolve(kill()));
  let output = '';
  for (const stream of [jest.stdout, jest.stderr]) {
    stream.on('data', (chunk) => (output += String(chunk)));
  }
  expect(await once(jest, 'close')).toEqual([1, null]);
  settle();
  expect(output).toMatch(/Tests: +3 failed, 3 total/);
  expect(output).not.toContain('did not exit');
  const [pid = ''] = /(?<=the service is process )\d+/.exec(output) ?? [];
  expect(pid).not.toBe('');
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});
