// The secure node from the command line: what it prints is enough to connect to it, and what it
// cannot do is one line and an exit code.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { AppendRefusedError } from '../../src/event-store/errors.js';
import { Cleanup, connectTestStore } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

test('--tls: users with the given passwords, and a CA to trust', async () => {
  const { dataDir } = cartograph;
  const flags = ['--port', '0', '--data', dataDir, '--tls', '--default-admin-password', 'p@ss'];
  const child = cartograph.start('embedded-node', ...flags);
  cleanup.add(() => Promise.resolve(child.kill('SIGKILL')));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const [, port = ''] = /is ready at 127\.0\.0\.1:(\d+)$/.exec(await next()) ?? [];
  expect(await next()).toMatch(/^It answers for its health at https:\/\//);
  expect(await next()).toBe(`Its clients trust the CA in ${join(dataDir, 'certs', 'ca.crt')}`);

  const as = (user: string) =>
    connectTestStore(
      cleanup,
      `esdb://${user}@127.0.0.1:${port}?tls=true&tlsCAFile=${join(dataDir, 'certs', 'ca.crt')}`,
    );
  const metadata = { schemaVersion: 1, occurredAt: new Date(0).toISOString() };
  const event = { id: randomUUID(), type: 'Tried', data: {}, metadata };
  const refused = as('admin:changeit').append('trial-1', [event], 'no_stream');
  await expect(refused).rejects.toBeInstanceOf(AppendRefusedError);
  expect((await as('admin:p%40ss').append('trial-1', [event], 'no_stream')).revision).toBe(0);
  expect((await as('ops:changeit').append('trial-2', [event], 'no_stream')).revision).toBe(0);

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test.each([
  [['--tls', '--cert', 'absent.crt', '--key', 'absent.key'], /absent\.crt/],
  [['--tls', '--cert', 'absent.crt'], /given together/],
  [['--cert', 'a.crt', '--key', 'a.key'], /--tls/],
  [['--max-projections', '0'], /--max-projections 0 is not a number of projections/],
  [['--projection-memory-mb', 'much'], /--projection-memory-mb much is not a number of mebibytes/],
  [['--host', '0.0.0.0'], /does not listen on 0\.0\.0\.0/],
])('%j is refused in one line', async (flags, reason) => {
  const { code, errors } = await cartograph.run('embedded-node', '--port', '0', ...flags);
  expect(code).toBe(2);
  expect(errors).toMatch(reason);
  expect(errors.split('\n')).toHaveLength(1);
});
