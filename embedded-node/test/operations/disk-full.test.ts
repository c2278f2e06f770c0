// A disk that takes no more: whoever writes is refused, whoever reads is served, and as soon as
// there is room again everything goes on with nothing lost, doubled or falsely acknowledged.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type EventData,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  UnknownError,
} from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openLogFile } from '../../src/log/log-file.js';
import { startOnLog } from '../../src/server/node.js';
import { verifyLog } from '../../src/operations/verify.js';
import { Cleanup } from '../../../test/event-store/nodes.js';

const cleanup = new Cleanup();
let dataDir: string;
let disk: DatabaseSync;
let client: EventStoreDBClient;
let stopNode: () => Promise<void>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-disk-full-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  disk = openLogFile(dataDir);
  const node = await startOnLog(disk, {
    dataDir,
    runProjections: true,
    startStandardProjections: true,
  });
  stopNode = () => node.stop();
  cleanup.add(stopNode);
  client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
});
afterEach(() => cleanup.run());

/** From now on the file cannot grow by more than so many pages. */
function leavePages(count: number): void {
  const pages = Number(disk.prepare('PRAGMA page_count').get()?.['page_count']);
  disk.exec(`PRAGMA max_page_count = ${pages + count}`);
}
const makeRoom = () => disk.exec('PRAGMA max_page_count = 1000000');

const note = (): EventData => jsonEvent({ type: 'Noted', data: { text: 'x'.repeat(2_000) } });
const withCredentials = { credentials: { username: 'admin', password: 'changeit' } };

/** Appends until it is refused; gives the ids that were acknowledged and the refusal. */
async function appendUntilFull(stream: string): Promise<{ ids: string[]; refusal: unknown }> {
  const ids: string[] = [];
  for (;;) {
    const event = note();
    try {
      await client.appendToStream(stream, event);
      ids.push(event.id);
    } catch (refusal) {
      return { ids, refusal };
    }
  }
}

async function idsIn(stream: string): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  for await (const { event } of client.readStream(stream)) ids.push(event?.id);
  return ids;
}

test('every kind of write is refused, and reads go on', async () => {
  await client.appendToStream('kept-1', note());
  leavePages(8);
  const { ids, refusal } = await appendUntilFull('full-1');
  expect(refusal).toBeInstanceOf(UnknownError);
  const classic = client.appendToStream('full-1', note(), withCredentials);
  await expect(classic).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  const many = client.appendToStream('full-1', Array.from({ length: 50 }, note));
  await expect(many).rejects.toBeInstanceOf(UnknownError);
  expect(await idsIn('kept-1')).toHaveLength(1);
  expect(await idsIn('full-1')).toEqual(ids);

  makeRoom();
  const last = note();
  const { nextExpectedRevision } = await client.appendToStream('full-1', last);
  expect(nextExpectedRevision).toBe(BigInt(ids.length));
  expect(await idsIn('full-1')).toEqual([...ids, last.id]);
});

test('what is refused is not stored, also where only the witness finds no room', async () => {
  const witness = join(dataDir, 'log.sqlite-ack');
  // Projections may have written it already; the node runs in this thread, and not in between.
  rmSync(witness, { force: true });
  mkdirSync(witness);
  await expect(client.appendToStream('s', note())).rejects.toBeInstanceOf(UnknownError);
  await expect(idsIn('s')).rejects.toThrow('not found');
  await rmdir(witness);
  const event = note();
  await client.appendToStream('s', event);
  expect(await idsIn('s')).toEqual([event.id]);
  // Two records of 16 bytes: what follows needs no more room.
  expect((await stat(witness)).size).toBe(32);
});

test('appends in flight at once are each acknowledged or refused, as the log then says', async () => {
  leavePages(60);
  const acknowledged: string[] = [];
  let refused = 0;
  const writers = Array.from({ length: 16 }, async (_, n) => {
    const { ids } = await appendUntilFull(`w-${n}`);
    acknowledged.push(...ids);
    refused += 1;
  });
  await Promise.all(writers);
  expect(refused).toBe(writers.length);
  makeRoom();
  await client.appendToStream('w-0', note());
  const stored: string[] = [];
  for await (const { event } of client.readAll()) {
    if (event?.streamId.startsWith('w-') === true) stored.push(event.id);
  }
  expect(stored).toHaveLength(acknowledged.length + 1);
  expect(stored).toEqual(expect.arrayContaining(acknowledged));
});

test('a follower stays, and is given what was acknowledged and nothing else', async () => {
  const follower = client.subscribeToStream('s');
  const before = note();
  await client.appendToStream('s', before);
  leavePages(8);
  const { ids } = await appendUntilFull('s');
  makeRoom();
  const after = note();
  await client.appendToStream('s', after);
  const expected = [before.id, ...ids, after.id];
  const given: (string | undefined)[] = [];
  for await (const { event } of follower) {
    given.push(event?.id);
    if (event?.id === after.id) break;
  }
  expect(given).toEqual(expected);
});

test('the system projections go on where they were, with one link for each event', async () => {
  // Again and again, so that the disk is full at any place of what they and the writers write.
  for (let round = 0; round < 8; round += 1) {
    leavePages(20 + round);
    await Promise.all(Array.from({ length: 8 }, (_, n) => appendUntilFull(`cart-${n}`)));
    makeRoom();
    await client.appendToStream(`cart-${round}`, note());
  }
  const expected: unknown[] = [];
  for await (const { event } of client.readAll()) {
    if (event?.streamId.startsWith('cart-') === true) expected.push(event.id);
  }
  const linked: unknown[] = [];
  for await (const { event } of client.subscribeToStream('$ce-cart', { resolveLinkTos: true })) {
    linked.push(event?.id);
    if (linked.length === expected.length) break;
  }
  expect(linked).toEqual(expected);
});

test('a group of consumers is refused and later made; one that is there goes on', async () => {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ checkPointAfter: 1 });
  await client.createPersistentSubscriptionToStream('s', 'early', settings);
  leavePages(8);
  const { ids } = await appendUntilFull('s');
  const late = () => client.createPersistentSubscriptionToStream('s', 'late', settings);
  // Whatever a small write finds room for, the next ones do not.
  const creations = await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) =>
      client.createPersistentSubscriptionToStream('s', `late-${n}`, settings),
    ),
  );
  expect(creations.filter((creation) => creation.status === 'rejected')).not.toHaveLength(0);

  const consumer = client.subscribeToPersistentSubscriptionToStream('s', 'early');
  const given: (string | undefined)[] = [];
  for await (const delivered of consumer) {
    given.push(delivered.event?.id);
    await consumer.ack(delivered);
    if (given.length === ids.length) makeRoom();
    if (given.length === ids.length) await client.appendToStream('s', note());
    if (given.length > ids.length) break;
  }
  expect(given.slice(0, ids.length)).toEqual(ids);
  await late();
});

test('after a restart the log has what was acknowledged, and is whole', async () => {
  leavePages(20);
  const { ids } = await appendUntilFull('s');
  await client.dispose();
  await stopNode();
  expect(verifyLog(join(dataDir, 'log.sqlite')).findings).toEqual([]);
  const node = await startOnLog(openLogFile(dataDir), { dataDir });
  cleanup.add(() => node.stop());
  client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  expect(await idsIn('s')).toEqual(ids);
});
