// A scavenge takes what nobody can see, and nothing else: whoever reads, appends or goes on from a
// checkpoint cannot tell that it was there.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  BACKWARDS,
  type Direction,
  EventStoreDBClient,
  type EventData,
  FORWARDS,
  jsonEvent,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { createHash } from 'node:crypto';
import { chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '../../src/server/node.js';
import { scavenge } from '../../src/operations/scavenge.js';
import { verifyLog } from '../../src/operations/verify.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-scavenge-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function withClient<Result>(work: (client: EventStoreDBClient) => Promise<Result>) {
  const node = await startNode({ dataDir });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  try {
    return await work(client);
  } finally {
    await client.dispose();
    await node.stop();
  }
}

const notes = (count: number): EventData[] =>
  Array.from({ length: count }, (_, n) =>
    jsonEvent({ type: 'Noted', data: { n, text: 'x'.repeat(50) } }),
  );

/** Nobody else can give files away. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;
const SOMEBODY = 12_345;

asRoot('the log of another user stays that user’s', async () => {
  await withClient(async (client) => {
    await client.appendToStream('counted', notes(4));
    await client.setStreamMetadata('counted', { maxCount: 1 });
  });
  const log = join(dataDir, 'log.sqlite');
  await chown(log, SOMEBODY, SOMEBODY);
  expect(scavenge(dataDir, Date.now()).removedEvents).toBe(3);
  expect(await stat(log)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY });
});

const streams = ['plain', 'counted', 'aged', 'cut', 'deleted', 'back', 'gone', 'metadata'];

async function fill(client: EventStoreDBClient): Promise<void> {
  for (const stream of streams) await client.appendToStream(stream, notes(40));
  await client.setStreamMetadata('counted', { maxCount: 3 });
  await client.setStreamMetadata('aged', { maxAge: 1 });
  await client.setStreamMetadata('cut', { truncateBefore: 25 });
  await client.deleteStream('deleted');
  await client.deleteStream('back');
  await client.appendToStream('back', notes(5));
  await client.tombstoneStream('gone');
  for (let n = 1; n <= 10; n += 1)
    await client.setStreamMetadata('metadata', { maxCount: 100 * n });
  await client.appendToStream('plain', notes(1));
}

/** All that can be read of one stream, or the name of the error. */
async function readBack(
  client: EventStoreDBClient,
  stream: string,
  direction: Direction = FORWARDS,
) {
  const found: unknown[] = [];
  try {
    const fromRevision = direction === FORWARDS ? ('start' as const) : ('end' as const);
    for await (const { event } of client.readStream(stream, { direction, fromRevision })) {
      if (event === undefined) continue;
      const { id, revision, position, data, created } = event;
      found.push([id, revision, position, data, created]);
    }
  } catch (error) {
    if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) {
      return error.type;
    }
    throw error;
  }
  return found;
}

async function everything(client: EventStoreDBClient) {
  const names = streams.flatMap((stream) => [stream, `$$${stream}`]);
  const found: Record<string, unknown> = {};
  for (const name of names) {
    found[name] = await readBack(client, name);
    found[`${name} backwards`] = await readBack(client, name, BACKWARDS);
  }
  return found;
}

async function allOf(client: EventStoreDBClient): Promise<string[]> {
  const found: string[] = [];
  for await (const { event } of client.readAll()) {
    if (event) found.push(`${event.streamId}@${event.revision}`);
  }
  return found;
}

describe('a scavenge', () => {
  test('leaves every visible event where it was, and takes every other', async () => {
    await withClient(fill);
    // Every event of the aged stream has expired by then; on a real clock the test would wait.
    const later = Date.now() + 3_600_000;
    const before = await withClient(async (client) => {
      const all = await everything(client);
      return { ...all, aged: undefined, 'aged backwards': undefined };
    });
    const done = scavenge(dataDir, later);
    const after = await withClient(async (client) => ({
      visible: { ...(await everything(client)), aged: undefined, 'aged backwards': undefined },
      all: await allOf(client),
    }));
    expect(after.visible).toEqual(before);
    // counted 37, aged 39, cut 25, deleted 39, back 40 and its first metadata, gone 40, metadata 9
    expect(done.removedEvents).toBe(37 + 39 + 25 + 39 + 41 + 40 + 9);
    expect(done.events).toBe(after.all.length);
    expect(done.bytesAfter).toBeLessThan(done.bytesBefore);
    const left = (stream: string) => after.all.filter((at) => at.startsWith(`${stream}@`));
    expect(left('deleted')).toEqual(['deleted@39']);
    expect(left('aged')).toEqual(['aged@39']);
    expect(left('gone')).toEqual(['gone@9223372036854775807']);
    expect(left('$$metadata')).toEqual(['$$metadata@9']);
    expect(verifyLog(join(dataDir, 'log.sqlite')).findings).toEqual([]);
  });

  test('lets writers and followers go on as if nothing had been', async () => {
    const [position] = await withClient(async (client) => {
      await fill(client);
      const positions = [];
      for await (const { event } of client.readAll()) {
        if (event?.streamId === 'gone' && event.revision === 7n) positions.push(event.position);
      }
      return positions;
    });
    const done = scavenge(dataDir, Date.now());
    await withClient(async (client) => {
      const { nextExpectedRevision } = await client.appendToStream('deleted', notes(1));
      expect(nextExpectedRevision).toBe(40n);
      await expect(client.appendToStream('gone', notes(1))).rejects.toThrow(StreamDeletedError);
      const caughtUp = client.subscribeToAll({ fromPosition: position! });
      for await (const { event } of caughtUp) {
        // The first one behind it that is left.
        expect([event?.streamId, event?.revision]).toEqual(['metadata', 0n]);
        break;
      }
      expect(await allOf(client)).toHaveLength(done.events + 2);
    });
    expect(verifyLog(join(dataDir, 'log.sqlite')).findings).toEqual([]);
  });

  test('done again finds nothing to do and leaves the file as it is', async () => {
    await withClient(fill);
    scavenge(dataDir, Date.now());
    const hash = async () =>
      createHash('sha256')
        .update(await readFile(join(dataDir, 'log.sqlite')))
        .digest('hex');
    const before = await hash();
    expect(scavenge(dataDir, Date.now()).removedEvents).toBe(0);
    expect(await hash()).toBe(before);
    expect(await readdir(dataDir)).toEqual(['log.sqlite']);
  });

  test('goes on from what a later deletion hides', async () => {
    await withClient(fill);
    scavenge(dataDir, Date.now());
    await withClient((client) => client.setStreamMetadata('cut', { truncateBefore: 30 }));
    // The older metadata goes with the five events.
    expect(scavenge(dataDir, Date.now()).removedEvents).toBe(5 + 1);
    expect(verifyLog(join(dataDir, 'log.sqlite')).findings).toEqual([]);
  });

  test('refuses a log that a node serves', async () => {
    await withClient(async (client) => {
      await fill(client);
      expect(() => scavenge(dataDir, Date.now())).toThrow(
        expect.objectContaining({ name: 'LogInUseError' }),
      );
      expect(await readBack(client, 'plain')).toHaveLength(41);
    });
  });

  test('takes no notice of what a killed one left', async () => {
    await withClient(fill);
    await writeFile(join(dataDir, 'log.sqlite.scavenged'), 'half a file');
    await writeFile(join(dataDir, 'log.sqlite.scavenged-journal'), 'half a journal');
    expect(scavenge(dataDir, Date.now()).removedEvents).toBeGreaterThan(0);
    expect(verifyLog(join(dataDir, 'log.sqlite')).findings).toEqual([]);
    expect(await readdir(dataDir)).toEqual(['log.sqlite']);
  });
});
