// A log behind TLS that is known by an IP address: nothing but the answer is written.
import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Cleanup } from '../event-store/nodes.js';
import { startLogElsewhere } from '../flow/event-logs.js';
import { cartographScript } from '../flow/service.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

test.each(['esdb', 'esdb+discover'])('%s: no warning about the address', async (scheme) => {
  const log = await startLogElsewhere({ tls: true, scheme });
  cleanup.add(() => log.remove());
  const child = spawn(process.execPath, [cartographScript, 'export'], {
    env: { ...log.settings, DOTENV_PATH: '/nowhere' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, errors]).toEqual([0, '']);
});
