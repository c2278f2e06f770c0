// The reader of a pipe may leave at any time: no command takes that for a fault, and a service
// whose ready line nobody reads serves.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cleanup } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

function leave(...args: string[]) {
  const child = cartograph.start(...args);
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  child.stdout.destroy();
  return { child, errors: () => errors };
}

test.each([['--help'], ['replay --help'], ['--version'], ['embedded-node --help']])(
  '%s ends in peace',
  async (line) => {
    const { child, errors } = leave(...line.split(' '));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, errors()]).toEqual([0, '']);
  },
);

test('the service serves', async () => {
  const { child } = leave('serve', '--port', '0');
  cleanup.add(async () => {
    child.kill();
    await once(child, 'close');
  });
  const url = await servedUrl();
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(child.exitCode).toBeNull();
}, 60_000);

/** The service notes it for other commands when it is ready. */
async function servedUrl(): Promise<string> {
  for (;;) {
    const text = await readFile(join(cartograph.dataDir, 'endpoint.json'), 'utf8').catch(() => '');
    if (text.endsWith('\n')) return (JSON.parse(text) as { readonly url: string }).url;
    await delay(50);
  }
}
