// The documented Jest set-up: its example runs as a user would run it.
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = fileURLToPath(new URL('node_modules/jest/bin/jest.js', `file://${root}`));

test('the example passes on a node that Jest starts and stops', async () => {
  const example = fileURLToPath(new URL('../examples/jest', import.meta.url));
  // Jest's own variables of this run would be taken for those of the other one.
  const env = { ...process.env, NODE_OPTIONS: '', JEST_WORKER_ID: '' };
  const args = [jest, '--rootDir', example, '--ci', '--maxWorkers=1'];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: example, env });
  expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
});
