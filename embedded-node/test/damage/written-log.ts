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
  /** Each event of `$all` as one line, in order. */
  readonly events: readonly string[];
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
  const events = await linesOf(client.readAll());
  await client.dispose();
  await node.stop();
  await cp(live!, stopped!, { recursive: true });
  return {
    killed: killed!,
    stopped: stopped!,
    events,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function eventOf(random: Random, mostBytes: number) {
  const id = random.uuid();
  const bytes = Buffer.alloc(random.below(mostBytes), random.below(256));
  bytes.forEach((_, at) => {
    if (at % 7 === 0) bytes[at] = random.below(256);
  });
  const metadata = { by: random.uuid() };
  return random.chance(0.5)
    ? binaryEvent({ id, type: 'bytes', data: bytes, metadata: Buffer.from(random.uuid()) })
    : jsonEvent({ id, type: 'json', data: { text: bytes.toString('base64') }, metadata });
}

type Events =
  ReturnType<EventStoreDBClient['readAll']> | ReturnType<EventStoreDBClient['readStream']>;

export async function linesOf(events: Events): Promise<string[]> {
  const lines: string[] = [];
  for await (const { event } of events) lines.push(lineOf(event!));
  return lines;
}

export const streamIn = (line: string) => String((JSON.parse(line) as unknown[])[1]);

function lineOf(event: {
  readonly position?: { readonly commit: bigint };
  readonly streamId: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly created: Date;
  readonly data: unknown;
  readonly metadata: unknown;
}): string {
  const { streamId, revision, id, type, isJson, created } = event;
  const place = [String(event.position?.commit), streamId, String(revision)];
  return JSON.stringify([
    ...place,
    id,
    type,
    isJson,
    created,
    plain(event.data),
    plain(event.metadata),
  ]);
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
