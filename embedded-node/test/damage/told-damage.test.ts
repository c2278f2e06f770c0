// Damage that only a read meets: whoever asks for what is damaged is told what it is and where,
// gets everything before it and nothing behind it, and all others go on.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import { openLogFile } from '../../src/log/log-file.js';
import { Log } from '../../src/log/log.js';
import type { EmbeddedNode } from '../../src/options.js';
import { startNode } from '../../src/server/node.js';
import { LOG } from './damages.js';

const EVENTS = 400;
/** In the middle of a page of a read. */
const DAMAGED = 300;
const POSITION = (2 * DAMAGED + 1) * 64;
const PLACE = `stream sick, revision ${DAMAGED}, position ${POSITION} (row ${POSITION} of events)`;

let dataDir: string;
let node: EmbeddedNode;
let client: EventStoreDBClient;
let reports: string[];

const note = (stream: string, n: number) => ({
  id: `00000000-0000-4000-8000-${(stream === 'sick' ? n : 10_000 + n).toString(16).padStart(12, '0')}`,
  type: 'Noted',
  isJson: true,
  data: Buffer.from(JSON.stringify({ n, text: `${stream} ${n}.` })),
  metadata: Buffer.from('{}'),
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-told-'));
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => {
    for (let n = 0; n < EVENTS; n += 1) {
      log.append('sick', [note('sick', n)], n);
      log.append('well', [note('well', n)], n);
    }
    // What a node looks at when it starts lies behind it.
    for (let n = 0; n < 6_000; n += 1) log.append('later', [note('later', n)], n);
  });
  log.close();
  const path = join(dataDir, LOG);
  const bytes = await readFile(path);
  const at = bytes.indexOf(`sick ${DAMAGED}.`);
  bytes[at] = bytes[at]! ^ 1;
  await writeFile(path, bytes);
  reports = [];
  node = await startNode({ dataDir, report: (line) => reports.push(line) });
  client = EventStoreDBClient.connectionString(node.connectionString);
});
afterEach(async () => {
  await client.dispose();
  await node.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** How many events came before the error, and what it said. */
async function taken(events: AsyncIterable<unknown>): Promise<{ count: number; error: string }> {
  let count = 0;
  try {
    for await (const event of events) if (event !== undefined) count += 1;
    return { count, error: '' };
  } catch (error) {
    return { count, error: String(error) };
  }
}

const reads: [what: string, read: () => AsyncIterable<unknown>, before: number][] = [
  ['a read of the stream', () => client.readStream('sick'), DAMAGED],
  [
    'a read of the stream backwards',
    () => client.readStream('sick', { direction: BACKWARDS, fromRevision: END }),
    EVENTS - DAMAGED - 1,
  ],
  ['a read of $all', () => client.readAll(), 2 * DAMAGED],
  [
    'a read of $all backwards',
    () => client.readAll({ direction: BACKWARDS, fromPosition: END }),
    6_000 + 2 * (EVENTS - DAMAGED) - 1,
  ],
  ['a subscription to the stream', () => client.subscribeToStream('sick'), DAMAGED],
  ['a subscription to $all', () => client.subscribeToAll(), 2 * DAMAGED],
];

test.each(reads)('%s ends with an error at the damage', async (_what, read, before) => {
  const { count, error } = await taken(read());
  expect({ count, error }).toEqual({ count: before, error: expect.stringContaining(PLACE) });
  expect(error).toContain('DATA_LOSS');
  expect(reports).toEqual([expect.stringContaining(PLACE)]);
});

test('a link to it is an error, and not a link that leads nowhere', async () => {
  await client.appendToStream('links', {
    ...jsonEvent({ type: '$>', data: {} }),
    ...link(DAMAGED),
  });
  const { error } = await taken(client.readStream('links', { resolveLinkTos: true }));
  expect(error).toContain(PLACE);
});

function link(revision: number) {
  return {
    contentType: 'application/octet-stream' as const,
    data: Buffer.from(`${revision}@sick`),
  };
}

test('consumers of a group get what lies before it, and then the error', async () => {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  await client.createPersistentSubscriptionToStream('sick', 'group', settings);
  const subscription = client.subscribeToPersistentSubscriptionToStream('sick', 'group');
  const seen: number[] = [];
  const ended = new Promise<string>((resolve) => {
    subscription.on('error', (error) => resolve(String(error)));
  });
  subscription.on('data', (resolved) => {
    seen.push(Number(resolved.event!.revision));
    void subscription.ack(resolved);
  });
  expect(await ended).toContain(PLACE);
  expect(seen).toEqual(Array.from({ length: DAMAGED }, (_, n) => n));
});

test('everything else goes on: other streams, appends, and the stream that is damaged', async () => {
  expect((await taken(client.readStream('sick'))).count).toBe(DAMAGED);
  expect(await taken(client.readStream('well'))).toEqual({ count: EVENTS, error: '' });
  expect(await taken(client.readStream('sick', { fromRevision: BigInt(DAMAGED + 1) }))).toEqual({
    count: EVENTS - DAMAGED - 1,
    error: '',
  });
  const event = jsonEvent({ type: 'Noted', data: {} });
  const { nextExpectedRevision } = await client.appendToStream('sick', event);
  expect(nextExpectedRevision).toBe(BigInt(EVENTS));
});

test('it is said once, however many ask', async () => {
  for (let n = 0; n < 5; n += 1) await taken(client.readStream('sick'));
  expect(reports).toHaveLength(1);
});
