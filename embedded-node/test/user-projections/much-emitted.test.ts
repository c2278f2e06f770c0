// A batch that emits much is written in several transactions. Each event's part is there once and
// in order, also if others write to a stream in between.
import { afterEach, expect, test } from '@jest/globals';
import { Log } from '../../src/log/log.js';
import { openLogFile } from '../../src/log/log-file.js';
import { Streams } from '../../src/log/streams.js';
import { Activity } from '../../src/operations/activity.js';
import { BatchWriter } from '../../src/user-projections/batch-writer.js';
import { type Emission, Emitter } from '../../src/user-projections/emitter.js';
import { PartitionStates } from '../../src/user-projections/partition-states.js';
import { startOf } from '../../src/user-projections/position.js';
import { proposedEvent } from '../../src/user-projections/proposed.js';
import { RefusedBatch } from '../../src/user-projections/run-errors.js';
import { SelfFeeding } from '../../src/user-projections/self-feeding.js';
import { Writer } from '../../src/write/writer.js';

let log: Log | undefined;
afterEach(() => log?.close());

function given() {
  log = new Log(openLogFile(undefined), (error) => {
    throw error;
  });
  const streams = new Streams(log);
  const writer = new Writer(log, streams, () => 0, new Activity(() => 0));
  const parts = { log, streams, writer };
  const by = { id: 7, epoch: -1, version: 0 };
  const start = startOf([]);
  const states = new PartitionStates(parts, 'much', by, start);
  const emitter = new Emitter(parts, by, start, () => true);
  const options = {
    name: 'much',
    trackEmittedStreams: false,
    isStopping: () => false,
    selfFeeding: new SelfFeeding(),
  };
  const known = log;
  return {
    writer,
    batches: new BatchWriter(parts, emitter, states, options),
    dataIn: (stream: string) => {
      const head = known.head(stream);
      if (head === null) return [];
      return known.forwards(head, 0n, 1_000).map(({ data }) => Buffer.from(data).toString());
    },
  };
}

/** By the nth event, in the log's order. */
const emitted = (n: number, stream: string): Emission => ({
  stream,
  type: 'Seen',
  data: `{"n":${n}}`,
  isJson: true,
  metadata: null,
  cause: { position: { kind: 'all', at: n }, places: [n], eventId: '', correlationId: undefined },
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const dataOf = (count: number) => numbers(count).map((n) => `{"n":${n}}`);

test.each([1, 99, 100, 101, 260])('%i events that emit to two streams', async (count) => {
  const { batches, writer, dataIn } = given();
  let commits = 0;
  writer.onCommit(() => (commits += 1));
  // As a run passes them on: what handlers emit, and then the results.
  const emissions = ['emitted', 'results'].flatMap((stream) =>
    numbers(count).map((n) => emitted(n, stream)),
  );
  await batches.write(emissions);
  expect(dataIn('emitted')).toEqual(dataOf(count));
  expect(dataIn('results')).toEqual(dataOf(count));
  expect(commits).toBe(Math.ceil(count / 50));
});

test.each([
  [1, 1, 3],
  [8, 1, 16],
  [2, 5, 20],
])('beside %i clients that write %i events, a commit takes %i with it', async (...of) => {
  const [clients, count, share] = of;
  const { batches, writer, dataIn } = given();
  const append = (client: number) =>
    writer.append(
      `of-client-${client}`,
      numbers(count).map(() => proposedEvent('Other', '{}')),
      'any',
    );
  const appendAll = () => Promise.all(numbers(clients).map(append));
  await appendAll();
  const sizes = [0];
  writer.onCommit(() => sizes.push(dataIn('emitted').length));
  const writing = batches.write(numbers(45).map((n) => emitted(n, 'emitted')));
  while (dataIn('emitted').length < 45) await appendAll();
  await writing;
  expect(dataIn('emitted')).toEqual(dataOf(45));
  const most = Math.max(...sizes.slice(1).map((size, index) => size - sizes[index]!));
  expect(most).toBe(share);
});

test('one event that emits much has one transaction', async () => {
  const { batches, writer, dataIn } = given();
  let commits = 0;
  writer.onCommit(() => (commits += 1));
  await batches.write(numbers(300).map((n) => emitted(1, `stream-${n % 7}`)));
  expect(commits).toBe(1);
  expect(dataIn('stream-0')).toHaveLength(42);
});

test('a refusal amid a batch, and its repetition event by event, double nothing', async () => {
  const { batches, writer, dataIn } = given();
  const emissions = numbers(300).map((n) => emitted(n, n === 250 ? 'shared' : 'out'));
  const stop = writer.onCommit(() => {
    stop();
    void writer.append('shared', [proposedEvent('Other', '{}')], 'any');
  });
  await expect(batches.write(emissions)).rejects.toBeInstanceOf(RefusedBatch);
  expect(dataIn('out')).toEqual(dataOf(200));
  for (const emission of emissions.slice(0, 249)) await batches.write([emission]);
  await expect(batches.write(emissions.slice(249, 250))).rejects.toBeInstanceOf(RefusedBatch);
  expect(dataIn('out')).toEqual(dataOf(249));
  expect(dataIn('shared')).toEqual(['{}']);
});
