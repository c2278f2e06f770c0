// A node process that is killed at random moments while several writers write: nothing acknowledged
// is lost, nothing is there twice, and all that follows from the log agrees with it. The long form:
// KILLS=100 npm test -- test/embedded-node/kills. KILL_SEED repeats the moments.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
  START,
} from '@eventstore/db-client';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { Random } from '../model/random.js';
import { Consumer } from './consumer.js';
import { findings, projectionFindings } from './findings.js';
import { NodeProcess } from './node-process.js';
import { Writer } from './writer.js';

const KILLS = Number(process.env['KILLS'] ?? 10);
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

function writersOf(random: Random): Writer[] {
  return [
    { isExact: true, repeats: true, isClassic: false, largestBatch: 1 },
    { isExact: true, repeats: true, isClassic: false, largestBatch: 20 },
    { isExact: true, repeats: true, isClassic: true, largestBatch: 5 },
    { isExact: false, repeats: true, isClassic: false, largestBatch: 5 },
    { isExact: false, repeats: false, isClassic: false, largestBatch: 20 },
    { isExact: false, repeats: false, isClassic: true, largestBatch: 3 },
  ].map((habits, n) => new Writer(`killed-${n}`, habits, random));
}

/** One life of the node: all write, until it is killed at a moment that nobody knows. */
async function life(
  node: NodeProcess,
  writers: readonly Writer[],
  consumer: Consumer,
  afterMs: number,
): Promise<void> {
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const { gone } = await consumer.startConsuming(client);
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const writing = writers.map((writer) => writer.writeUntilGone(client, begin));
  await Promise.race([begun, ...writing]);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await node.kill();
  await Promise.all([...writing, gone]);
  await client.dispose();
}

test(
  `${KILLS} kills, seed ${seed}`,
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-kills-'));
    cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
    const node = new NodeProcess({ dataDir, runProjections: true });
    cleanup.add(() => node.kill());
    const random = new Random(seed);
    const writers = writersOf(random);
    const consumer = new Consumer(writers[0]!.stream, 'group');

    await node.start();
    await consumer.create(
      node.connectionString,
      settings({ startFrom: START, checkPointAfter: 50, checkPointLowerBound: 1 }),
    );
    for (let kill = 0; kill < KILLS; kill++) {
      await life(node, writers, consumer, 5 + random.below(395));
      await node.start();
    }

    const client = EventStoreDBClient.connectionString(node.connectionString);
    cleanup.add(() => client.dispose());
    expect(await findings(client, writers)).toEqual([]);
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    await consumer.consumeAll(client);
    expect(await consumer.findings(client)).toEqual([]);
    await projectionsHaveCaughtUp(client);
    expect(await projectionFindings(client, 'killed')).toEqual([]);
  },
  60_000 + KILLS * 4_000,
);

/** The projections have taken everything there was when they have taken what is written now. */
async function projectionsHaveCaughtUp(client: EventStoreDBClient): Promise<void> {
  const stream = 'last-0';
  const links = client.subscribeToStream('$ce-last', { resolveLinkTos: true });
  await client.appendToStream(stream, jsonEvent({ type: 'Ended', data: {} }));
  for await (const { event } of links) if (event?.streamId === stream) break;
}
