// A log after a loss of power: whatever became of what was not acknowledged, everything
// acknowledged is there, no batch is there in part, and the log is sound and takes the next write.
// The long form: WAL_IMAGES=300 npm test -- test/embedded-node/power-loss. WAL_SEED repeats a run.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { LOG_FILE_NAME } from '../../src/log/log-format.js';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { NodeProcess } from '../kills/node-process.js';
import { Random } from '../model/random.js';
import { damages, Image } from './wal-image.js';

const IMAGES = Number(process.env['WAL_IMAGES'] ?? 60);
const seed = Number(process.env['WAL_SEED'] ?? Date.now() % 1_000_000);
const STREAMS = 3;

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-power-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Batch {
  readonly stream: string;
  readonly ids: readonly string[];
}

interface Moment {
  readonly image: Image;
  /** Everything that was acknowledged by then, in the order of the log. */
  readonly written: readonly Batch[];
}

/** Acknowledged writes one after another, and the files as they were after each of them. */
async function* moments(random: Random): AsyncGenerator<Moment> {
  const dataDir = await newFolder();
  const node = new NodeProcess({ dataDir });
  cleanup.add(() => node.kill());
  await node.start();
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  const written: Batch[] = [];
  for (;;) {
    const stream = `power-${random.below(STREAMS)}`;
    const ids = Array.from({ length: 1 + random.below(12) }, () => random.uuid());
    const padding = 'x'.repeat(random.below(3_000));
    const events = ids.map((id) => jsonEvent({ id, type: 'Written', data: { padding } }));
    await client.appendToStream(stream, events);
    written.push({ stream, ids });
    yield { image: await Image.of(dataDir, LOG_FILE_NAME), written: [...written] };
  }
}

/** What a node that starts on the folder holds, after one more write that it must take. */
async function contentOf(dataDir: string): Promise<string[]> {
  const node = await startNode({ dataDir });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  try {
    await client.appendToStream('power-after', jsonEvent({ type: 'After', data: {} }));
    const found: string[] = [];
    for await (const { event } of client.readAll()) {
      if (event?.type === 'Written') found.push(`${event.streamId} ${event.id}`);
    }
    return found;
  } finally {
    await client.dispose();
    await node.stop();
  }
}

function integrityOf(dataDir: string): unknown {
  const file = new DatabaseSync(join(dataDir, LOG_FILE_NAME), { readOnly: true });
  const found = file.prepare('PRAGMA integrity_check').all();
  file.close();
  return found;
}

const textsOf = (batches: readonly Batch[]) =>
  batches.flatMap(({ stream, ids }) => ids.map((id) => `${stream} ${id}`));

test(
  `${IMAGES} images of a log after a loss of power, seed ${seed}`,
  async () => {
    const random = new Random(seed);
    const kinds = Object.entries(damages);
    let before: Moment | undefined;
    let tried = 0;
    for await (const moment of moments(random)) {
      if (before?.image.isBefore(moment.image)) {
        const [name, damage] = kinds[tried % kinds.length]!;
        const dataDir = await newFolder();
        const wal = damage(before.image, moment.image, random);
        await before.image.writeTo(dataDir, LOG_FILE_NAME, wal);
        const found = await contentOf(dataDir);
        const acknowledged = textsOf(before.written);
        // Beyond what was acknowledged there may be the next write, as a whole.
        const whole = textsOf(moment.written);
        const expected = found.length > acknowledged.length ? whole : acknowledged;
        expect({ name, tried, found }).toEqual({ name, tried, found: expected });
        expect(integrityOf(dataDir)).toEqual([{ integrity_check: 'ok' }]);
        tried += 1;
      }
      if (tried === IMAGES) break;
      before = moment;
    }
    expect(tried).toBe(IMAGES);
  },
  30_000 + IMAGES * 1_000,
);
