// HTTP on the node's own port: whether it lives, what it does, and a backup for whoever may read
// its data folder, while others go on writing.
import { afterEach, expect, test } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '../../src/server/node.js';
import { requestBackup } from '../../src/operations/backup-request.js';
import { readHttpAddress } from '../../src/operations/http-address.js';
import { Log } from '../../src/log/log.js';
import { openLogFile, ownLogFile } from '../../src/log/log-file.js';
import { Cleanup } from '../../../test/event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function start(options: { readonly dataDir?: string } = {}) {
  const node = await startNode({ ...options, httpPort: 0 });
  cleanup.add(() => node.stop());
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  const url = `http://127.0.0.1:${node.httpPort}`;
  return { node, client, url };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-http-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const note = (n: number) => jsonEvent({ type: 'Noted', data: { n } });

test('it says that it lives', async () => {
  const { url, node } = await start();
  const ping = await fetch(`${url}/ping`);
  expect([ping.status, await ping.json()]).toEqual([
    200,
    { msgTypeId: expect.any(Number), text: 'Ping request successfully handled' },
  ]);
  const live = await fetch(`${url}/health/live`);
  expect([live.status, await live.text()]).toEqual([204, '']);
  const gossip = (await (await fetch(`${url}/gossip`)).json()) as { members: unknown[] };
  expect(gossip.members).toEqual([
    expect.objectContaining({ state: 'Leader', isAlive: true, httpEndPointPort: node.port }),
  ]);
});

test('its statistics tell what the log holds and who reads it', async () => {
  const { url, client } = await start({ dataDir: await newFolder() });
  for (let n = 0; n < 5; n += 1) await client.appendToStream('a', [note(n), note(n)]);
  const subscription = client.subscribeToStream('a');
  let given = 0;
  for await (const { event } of subscription) {
    if (event) given += 1;
    if (given < 10) continue;
    expect(await (await fetch(`${url}/stats`)).json()).toEqual({
      uptimeSeconds: expect.any(Number),
      log: { events: 10, lastPosition: 640, bytes: expect.any(Number) },
      writes: { total: 5, perSecond: 0.5 },
      commits: { total: 5, perSecond: 0.5, failed: 0 },
      open: { reads: 0, subscriptions: 1 },
      memory: { residentBytes: expect.any(Number), heapBytes: expect.any(Number) },
    });
    break;
  }
});

test.each([
  ['GET', '/nowhere', 404],
  ['GET', '/__proto__', 404],
  ['POST', '/ping', 405],
  ['GET', '/admin/backup', 405],
  ['POST', '/admin/backup', 401],
] as const)('%s %s gets %i', async (method, path, status) => {
  const { url } = await start({ dataDir: await newFolder() });
  expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
});

test('without a port for it, there is none', async () => {
  const dataDir = await newFolder();
  const node = await startNode({ dataDir });
  cleanup.add(() => node.stop());
  expect(node.httpPort).toBeUndefined();
  expect(readHttpAddress(dataDir)).toBeUndefined();
});

test('a port that is taken is told, and the log is given back', async () => {
  const { node } = await start();
  const dataDir = await newFolder();
  await expect(startNode({ dataDir, httpPort: node.httpPort! })).rejects.toMatchObject({
    name: 'CannotListenError',
  });
  openLogFile(dataDir).close();
});

test('where it is found can be read by its owner alone, and only while it runs', async () => {
  const dataDir = await newFolder();
  const node = await startNode({ dataDir, httpPort: 0 });
  const { mode } = await stat(join(dataDir, 'http.json'));
  expect(mode & 0o777).toBe(0o600);
  await node.stop();
  expect(readHttpAddress(dataDir)).toBeUndefined();
});

test('of two backups to one file at the same time, one is made, and the other says so', async () => {
  const dataDir = await newFolder();
  const { client } = await start({ dataDir });
  await client.appendToStream(
    'a',
    Array.from({ length: 2_000 }, (_, n) => note(n)),
  );
  const address = readHttpAddress(dataDir)!;
  const to = join(dataDir, 'backup');
  const both = await Promise.allSettled([requestBackup(address, to), requestBackup(address, to)]);
  const [refused, ...more] = both.filter((each) => each.status === 'rejected');
  expect(more).toEqual([]);
  expect(String(refused?.reason)).toMatch(/is being made already|exists already/);
  const copy = ownLogFile(to);
  expect(new Log(copy).eventCount).toBe(2_000);
  copy.close();
  expect((await readdir(dataDir)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a backup has every event that was acknowledged before it began', async () => {
  const dataDir = await newFolder();
  const { client } = await start({ dataDir });
  let acknowledged = 0;
  let isOver = false;
  const write = async () => {
    while (!isOver) {
      await client.appendToStream('a', [note(acknowledged)]);
      acknowledged += 1;
    }
  };
  await client.appendToStream(
    'a',
    Array.from({ length: 2_000 }, (_, n) => note(n)),
  );
  const writing = [write(), write(), write()];
  const address = readHttpAddress(dataDir)!;
  for (let round = 0; round < 5; round += 1) {
    const before = 2_000 + acknowledged;
    const to = join(dataDir, `backup-${round}`);
    await requestBackup(address, to);
    const after = 2_000 + acknowledged + writing.length;
    const copy = ownLogFile(to);
    const { eventCount } = new Log(copy);
    copy.close();
    expect(eventCount).toBeGreaterThanOrEqual(before);
    expect(eventCount).toBeLessThanOrEqual(after);
  }
  isOver = true;
  await Promise.all(writing);
  expect((await readdir(dataDir)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('no backup replaces what is there, nor lies where nothing can be', async () => {
  const dataDir = await newFolder();
  await start({ dataDir });
  const address = readHttpAddress(dataDir)!;
  await writeFile(join(dataDir, 'mine'), 'precious');
  await expect(requestBackup(address, join(dataDir, 'mine'))).rejects.toMatchObject({
    name: 'BackupExistsError',
  });
  await expect(requestBackup(address, join(dataDir, 'no', 'folder'))).rejects.toMatchObject({
    name: 'BackupFailedError',
  });
  await expect(
    requestBackup({ ...address, token: 'guessed' }, join(dataDir, 'theirs')),
  ).rejects.toMatchObject({ name: 'BackupFailedError', message: expect.stringContaining('401') });
  expect((await readdir(dataDir)).filter((name) => name === 'theirs')).toEqual([]);
});
