// The embedded node alone: other programs reach it by its address, and it ends when it is told.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { Cleanup, connectTestStore } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

async function startNode() {
  const child = cartograph.start('embedded-node', '--port', '0', '--data', cartograph.dataDir);
  cleanup.add(() => Promise.resolve(child.kill('SIGKILL')));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [, address = '', port = ''] = /is ready at (127\.0\.0\.1:(\d+))$/.exec(line) ?? [];
  const stop = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit');
    child.kill(signal);
    return (await exited) as [number | null, NodeJS.Signals | null];
  };
  return { address, port, stop };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with 0, and its log stays',
  async (signal) => {
    const first = await startNode();
    const store = connectTestStore(cleanup, `esdb://${first.address}?tls=false`);
    const metadata = { schemaVersion: 1, occurredAt: new Date(0).toISOString() };
    const event = { id: randomUUID(), type: 'Tried', data: {}, metadata };
    await store.append('trial-1', [event], 'no_stream');
    expect(await first.stop(signal)).toEqual([0, null]);

    const second = await startNode();
    const again = connectTestStore(cleanup, `esdb://${second.address}?tls=false`);
    const ids: string[] = [];
    for await (const { id } of again.readStream('trial-1')) ids.push(id);
    expect(ids).toEqual([event.id]);
    expect(await second.stop(signal)).toEqual([0, null]);
  },
);

test('a port or a folder that is taken ends it with 3', async () => {
  const { port, stop } = await startNode();
  const onPort = await cartograph.run('embedded-node', '--port', port);
  expect([onPort.code, onPort.errors]).toEqual([3, expect.stringContaining('EADDRINUSE')]);
  const { dataDir } = cartograph;
  const onFolder = await cartograph.run('embedded-node', '--port', '0', '--data', dataDir);
  expect([onFolder.code, onFolder.errors]).toEqual([3, expect.stringContaining('in use')]);
  await stop('SIGTERM');
});
