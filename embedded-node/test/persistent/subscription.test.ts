// The rules of one group, without a server: who gets what, what comes again, what is parked.
import { describe, expect, test } from '@jest/globals';
import { Consumer } from '../../src/persistent/consumer.js';
import type { Message } from '../../src/persistent/messages.js';
import type { FilterDefinition, GroupSettings } from '../../src/persistent/settings.js';
import { PersistentSubscription } from '../../src/persistent/subscription.js';
import { MemoryLog } from './memory-log.js';

const defaults: GroupSettings = {
  resolveLinks: false,
  extraStatistics: false,
  messageTimeoutMs: 30_000,
  maxRetryCount: 10,
  checkpointAfterMs: 0,
  minCheckpointCount: 1,
  maxCheckpointCount: 1,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  readBatchSize: 20,
  historyBufferSize: 500,
  strategy: 'RoundRobin',
  startFrom: 0n,
};

function startGroup(
  log: MemoryLog,
  settings: Partial<GroupSettings> = {},
  source = 'orders',
  filter?: FilterDefinition,
) {
  const definition = {
    source,
    group: 'workers',
    settings: { ...defaults, ...settings },
    ...(filter && { filter }),
  };
  const group = new PersistentSubscription(definition, log, (error) => {
    throw error;
  });
  log.onCommit(() => group.wake());
  return group;
}

function connect(group: PersistentSubscription, bufferSize = 10) {
  const got: Message[] = [];
  let isDropped = false;
  const consumer = new Consumer({
    bufferSize,
    extraStatistics: group.definition.settings.extraStatistics,
    user: 'system',
    from: 'here',
    connectionName: 'test',
    deliver: (message) => got.push(message),
    drop: () => (isDropped = true),
  });
  group.add(consumer);
  return {
    consumer,
    got,
    revisions: () => got.map(({ place }) => Number(place)),
    isDropped: () => isDropped,
  };
}

function write(log: MemoryLog, count: number, stream = 'orders') {
  return Array.from({ length: count }, () => log.write(stream, 'Ordered'));
}

/** Lets the appends of the group settle; they need no more than the microtask queue. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('consumer strategies', () => {
  test('RoundRobin takes turns', () => {
    const log = new MemoryLog();
    const group = startGroup(log);
    const [one, two] = [connect(group), connect(group)];
    write(log, 4);
    expect(one.revisions()).toEqual([0, 2]);
    expect(two.revisions()).toEqual([1, 3]);
  });

  test('DispatchToSingle fills the first before the second', () => {
    const log = new MemoryLog();
    const group = startGroup(log, { strategy: 'DispatchToSingle' });
    const [one, two] = [connect(group, 2), connect(group)];
    write(log, 4);
    expect(one.revisions()).toEqual([0, 1]);
    expect(two.revisions()).toEqual([2, 3]);
  });

  test('Pinned gives all events of a stream to one, and to another once that has left', () => {
    const log = new MemoryLog();
    const group = startGroup(log, { strategy: 'Pinned' }, '$all');
    const [one, two] = [connect(group, 100), connect(group, 100)];
    for (let i = 0; i < 12; i++) write(log, 2, `order-${String(i)}`);
    const streamsOf = ({ got }: typeof one) =>
      new Set(got.map(({ resolved }) => resolved.event?.stream));
    expect(streamsOf(one).size + streamsOf(two).size).toBe(12);
    expect(streamsOf(one).size).toBe(6);
    group.remove(one.consumer);
    expect(streamsOf(two).size).toBe(12);
  });

  test('PinnedByCorrelation keeps together what has one correlation id', () => {
    const log = new MemoryLog();
    const group = startGroup(log, { strategy: 'PinnedByCorrelation' });
    const [one, two] = [connect(group), connect(group)];
    write(log, 4);
    expect([one.got.length, two.got.length].sort()).toEqual([0, 4]);
  });
});

describe('acknowledging', () => {
  test('a full consumer gets more once it has acknowledged', () => {
    const log = new MemoryLog();
    write(log, 3);
    const group = startGroup(log);
    const { got, revisions } = connect(group, 2);
    expect(revisions()).toEqual([0, 1]);
    group.ack([got[0]!.id]);
    expect(revisions()).toEqual([0, 1, 2]);
  });

  test('what was not answered in time comes again, then is parked', async () => {
    const log = new MemoryLog();
    write(log, 1);
    const group = startGroup(log, { messageTimeoutMs: 500, maxRetryCount: 1 });
    const { got } = connect(group);
    group.tick(Date.now() + 400);
    expect(got).toHaveLength(1);
    group.tick(Date.now() + 501);
    expect(got.map(({ retryCount }) => retryCount)).toEqual([0, 1]);
    group.tick(Date.now() + 501);
    await settled();
    expect(group.parked.count).toBe(1);
    expect(group.outstanding.count).toBe(0);
  });

  test('what a consumer held goes to the others when it leaves, in order', () => {
    const log = new MemoryLog();
    write(log, 3);
    const group = startGroup(log);
    const leaving = connect(group);
    const staying = connect(group);
    group.remove(leaving.consumer);
    expect(staying.got.map(({ place, retryCount }) => [Number(place), retryCount])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  test('stop and skip give an event up without parking it', () => {
    const log = new MemoryLog();
    write(log, 2);
    const group = startGroup(log);
    const { got } = connect(group);
    group.nack('skip', [got[0]!.id], '');
    group.nack('stop', [got[1]!.id], '');
    expect(group.outstanding.count).toBe(0);
    expect(group.parked.count).toBe(0);
  });
});

test('extra statistics tell how long answers take, once there are some', () => {
  const log = new MemoryLog();
  write(log, 1);
  const group = startGroup(log, { extraStatistics: true });
  const { consumer, got } = connect(group);
  expect(consumer.answerTimes?.measure()).toEqual([]);
  group.ack([got[0]!.id]);
  const names = consumer.answerTimes?.measure().map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['Mean', 'Median', 'Fastest', '99%', 'Highest']));
});

describe('checkpoints', () => {
  test('a new start goes on after what was acknowledged without a gap', async () => {
    const log = new MemoryLog();
    write(log, 4);
    const first = startGroup(log);
    const { got } = connect(first);
    first.ack([got[0]!.id, got[1]!.id, got[3]!.id]);
    await settled();
    first.stop();
    expect(connect(startGroup(log)).revisions()).toEqual([2, 3]);
  });

  test.each(['Pinned', 'PinnedByCorrelation'] as const)(
    '%s: do not pass an event that waits for its own consumer',
    async (strategy) => {
      const log = new MemoryLog();
      const group = startGroup(log, { strategy }, '$all');
      const [busy, free] = [connect(group, 1), connect(group, 9)];
      write(log, 2, 'order-1');
      write(log, 3, 'order-2');
      expect(busy.revisions()).toHaveLength(1);
      busy.consumer.options.bufferSize = 0;
      group.ack([...free.got, ...busy.got].map(({ id }) => id));
      await settled();
      group.stop();
      const next = connect(startGroup(log, { strategy }, '$all'));
      expect(next.got.map(({ resolved }) => resolved.event?.stream)).toContain('order-1');
    },
  );

  test('are not written before enough is done', async () => {
    const log = new MemoryLog();
    write(log, 4);
    const group = startGroup(log, { minCheckpointCount: 3, maxCheckpointCount: 4 });
    const { got } = connect(group);
    group.ack([got[0]!.id, got[1]!.id]);
    group.tick(Date.now());
    await settled();
    expect(group.checkpoint.shown).toBeUndefined();
    group.ack([got[2]!.id]);
    group.tick(Date.now());
    await settled();
    expect(group.checkpoint.shown).toBe('2');
  });
});

test('a group on $all is not given its own checkpoints', async () => {
  const log = new MemoryLog();
  write(log, 2);
  const group = startGroup(log, {}, '$all');
  const { got } = connect(group);
  group.ack([got[0]!.id]);
  await settled();
  expect(log.lastEvent('$persistentsubscription-$all::workers-checkpoint')).toBeDefined();
  expect(got).toHaveLength(2);
});

describe('a group on $all with a filter', () => {
  const filter: FilterDefinition = { on: 'stream', prefixes: ['orders'] };

  test('counts what it passes over as done, so that a new start does not search it again', async () => {
    const log = new MemoryLog();
    write(log, 1);
    const group = startGroup(log, { maxCheckpointCount: 5 }, '$all', {
      ...filter,
      prefixes: ['x'],
    });
    write(log, 3);
    await settled();
    expect(group.checkpoint.shown).toBeUndefined();
    group.tick(Date.now());
    await settled();
    expect(group.checkpoint.shown).toBe('C:4/P:4');
    expect(group.lastKnown).toBeUndefined();
  });

  test('does not pass over what a consumer has not answered for', async () => {
    const log = new MemoryLog();
    write(log, 2);
    const group = startGroup(log, {}, '$all', filter);
    const { got } = connect(group);
    write(log, 5, 'others');
    await settled();
    expect(group.checkpoint.shown).toBeUndefined();
    group.ack([got[0]!.id]);
    await settled();
    expect(group.checkpoint.shown).toBe('C:1/P:1');
  });

  test('does not pass over what waits for a consumer', async () => {
    const log = new MemoryLog();
    const group = startGroup(log, {}, '$all', filter);
    write(log, 1);
    write(log, 5, 'others');
    group.tick(Date.now());
    await settled();
    expect(group.checkpoint.shown).toBeUndefined();
    expect(connect(group).revisions()).toEqual([1]);
  });

  test('does not take the checkpoints of groups for progress', async () => {
    const log = new MemoryLog();
    const group = startGroup(log, {}, '$all', filter);
    write(log, 1, 'others');
    await settled();
    expect(group.checkpoint.shown).toBe('C:1/P:1');
    log.write('$persistentsubscription-$all::others-checkpoint', 'SubscriptionCheckpoint');
    group.tick(Date.now());
    await settled();
    expect(group.checkpoint.shown).toBe('C:1/P:1');
  });
});

test('live events are counted as the buffer that EventStoreDB keeps them in', () => {
  const log = new MemoryLog();
  write(log, 3);
  const group = startGroup(log, { liveBufferSize: 4 });
  group.advance();
  expect(group.liveBufferCount).toBe(0);
  write(log, 2);
  expect(group.liveBufferCount).toBe(2);
  write(log, 7);
  expect(group.liveBufferCount).toBe(4);
});

test('what a consumer that leaves has not answered is not parked, however often it was retried', () => {
  const log = new MemoryLog();
  write(log, 2);
  const group = startGroup(log, { maxRetryCount: 0 });
  const first = connect(group);
  group.remove(first.consumer);
  const second = connect(group);
  expect(second.got.map(({ place, retryCount }) => [place, retryCount])).toEqual([
    [0n, 1],
    [1n, 1],
  ]);
  expect(group.parked.count).toBe(0);
});

describe('parked messages', () => {
  test('are replayed with their link, and counted until then', async () => {
    const log = new MemoryLog();
    write(log, 2);
    const group = startGroup(log);
    const { got } = connect(group);
    group.nack('park', [got[0]!.id, got[1]!.id], 'too heavy');
    await settled();
    expect(group.parked.count).toBe(2);
    group.replayParked(1n);
    await settled();
    expect(group.parked.count).toBe(1);
    const replayed = got[2]!;
    expect(replayed.resolved.event?.revision).toBe('0');
    expect(replayed.resolved.link?.stream).toBe(group.parked.stream);
  });
});

test('an update or a deletion drops every consumer', () => {
  const log = new MemoryLog();
  const group = startGroup(log);
  const { isDropped, got } = connect(group);
  group.stop();
  write(log, 1);
  expect(isDropped()).toBe(true);
  expect(got).toEqual([]);
});
