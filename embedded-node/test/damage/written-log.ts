// A log as a client wrote it, of which every event is known to the last byte; and the files of its
// node at a moment at which everything was acknowledged: after a kill, or after a stop in order.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startNode } from '../../src/server/node.js';
import type { Random } from '../model/random.js';

export interface WrittenLog {
  /** The folder as a kill left it: with a WAL. */
  readonly killed: string;
  /** The folder after a stop in order: everything is in one file. */
  readonly stopped: string;
  /** What `$all` has, in order. */
  readonly events: readonly SeenEvent[];
  /** The same of each stream. */
  readonly streams: ReadonlyMap<string, readonly SeenEvent[]>;
  remove(): Promise<void>;
}

export interface Sizes {
  readonly appends: number;
  readonly mostEvents: number;
  readonly streams: number;
  readonly mostBytes: number;
}

export async function writeLog(random: Random, sizes: Sizes): Promise<WrittenLog> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-damage-'));
  const [live, killed, stopped] = ['live', 'killed', 'stopped'].map((name) => join(folder, name));
  const node = await startNode({ dataDir: live! });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  for (let n = 0; n < sizes.appends; n += 1) {
    const stream = `damage-${random.below(sizes.streams)}`;
    const count = 1 + random.below(sizes.mostEvents);
    await client.appendToStream(
      stream,
      Array.from({ length: count }, () => eventOf(random, sizes.mostBytes)),
    );
    if (n % 20 === 7) await client.setStreamMetadata(stream, { maxCount: 100_000, n });
  }
  await client.appendToStream('gone', eventOf(random, 10));
  await client.tombstoneStream('gone');
  await cp(live!, killed!, { recursive: true });
  const events = await eventsOf(client.readAll());
  await client.dispose();
  await node.stop();
  await cp(live!, stopped!, { recursive: true });
  return {
    killed: killed!,
    stopped: stopped!,
    events,
    streams: byStream(events),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function eventOf(random: Random, mostBytes: number) {
  const id = random.uuid();
  const bytes = Buffer.alloc(random.below(mostBytes), random.below(256));
  for (let at = 0; at < bytes.length; at += 7) bytes[at] = random.below(256);
  const metadata = { by: random.uuid() };
  return random.chance(0.5)
    ? binaryEvent({ id, type: 'bytes', data: bytes, metadata: Buffer.from(random.uuid()) })
    : jsonEvent({ id, type: 'json', data: { text: bytes.toString('base64') }, metadata });
}

type Events =
  ReturnType<EventStoreDBClient['readAll']> | ReturnType<EventStoreDBClient['readStream']>;

/** What a reader is told of an event. */
export interface SeenEvent {
  readonly position: bigint | undefined;
  readonly streamId: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly created: Date;
  readonly data: unknown;
  readonly metadata: unknown;
}

export async function eventsOf(events: Events): Promise<SeenEvent[]> {
  const read: SeenEvent[] = [];
  for await (const { event } of events) {
    const { streamId, revision, id, type, isJson, created, data, metadata, position } = event!;
    const place = { position: position?.commit, streamId, revision };
    read.push({ ...place, id, type, isJson, created, data, metadata });
  }
  return read;
}

function byStream(events: readonly SeenEvent[]): Map<string, SeenEvent[]> {
  const streams = new Map<string, SeenEvent[]>();
  for (const event of events) {
    const known = streams.get(event.streamId);
    if (known === undefined) streams.set(event.streamId, [event]);
    else known.push(event);
  }
  return streams;
}
