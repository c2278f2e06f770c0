// The log's tail: what is there, a sign, and then what is appended, each once and in order, for any
// filter; a watcher that is slow, leaves, or loses the store.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { LogTail, type TailFrame, type TailStart } from '../../src/event-browser/log-tail.js';
import type { LogFilter } from '../../src/event-browser/log-filter.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { UnknownPlaceError } from '../../src/event-store/log-place.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function newStore(): Promise<EventStore> {
  return connectTestStore(cleanup, (await startTestNode(cleanup)).connectionString);
}

const event = (type: string, number = 0) => ({
  ...{ id: randomUUID(), type, data: { number } },
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});

function tailOf(
  store: ConstructorParameters<typeof LogTail>[0]['store'],
  filter: LogFilter = {},
  start: TailStart = 'start',
) {
  const tail = new LogTail({ store, time: systemTime, onFault: () => undefined }, filter, start);
  cleanup.add(() => tail.return().then(() => undefined));
  return tail;
}

const named = (frame: TailFrame | undefined) =>
  frame === undefined
    ? 'over'
    : 'event' in frame
      ? `${frame.event.stream} ${frame.event.type}`
      : '—';

async function take(tail: LogTail, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push(named((await tail.next()).value ?? undefined));
  return taken;
}

test('what is there comes first, then a sign, then what is appended', async () => {
  const store = await newStore();
  await store.append('cart-1', [event('Opened'), event('Filled')], 'no_stream');
  const tail = tailOf(store);
  expect(await take(tail, 3)).toEqual(['cart-1 Opened', 'cart-1 Filled', '—']);
  const next = take(tail, 1);
  await store.append('order-1', [event('Placed')], 'no_stream');
  expect(await next).toEqual(['order-1 Placed']);
});

test.each<[string, LogFilter, string[]]>([
  ['a category', { category: 'cart' }, ['cart-1 A', 'cart-2 B']],
  ['a stream', { stream: 'cart-1' }, ['cart-1 A']],
  ['types', { types: new Set(['B']) }, ['cart-2 B', 'cartoon-1 B']],
  ['both', { category: 'cart', types: new Set(['B']) }, ['cart-2 B']],
])('%s: nothing else comes, though a prefix would let it through', async (_what, filter, found) => {
  const store = await newStore();
  const given = [
    ...[
      ['cart-1', 'A'],
      ['cart-2', 'B'],
      ['cartoon-1', 'B'],
      ['cart-10', 'Bb'],
      ['note', 'C'],
    ],
  ] as const;
  const wanted = filter.category === 'cart' && filter.types === undefined;
  for (const [stream, type] of given) await store.append(stream, [event(type)], 'no_stream');
  const expected = wanted ? [...found, 'cart-10 Bb'] : found;
  expect(await take(tailOf(store, filter), expected.length + 1)).toEqual([...expected, '—']);
});

test('from now on, it has what is appended after it began, and resumes after any event', async () => {
  const store = await newStore();
  await store.append('cart-1', [event('Old')], 'no_stream');
  const tail = tailOf(store, {}, 'end');
  expect(await take(tail, 1)).toEqual(['—']);
  await store.append('cart-1', [event('A'), event('B'), event('C')], 0);
  const { value } = await tail.next();
  expect(named(value ?? undefined)).toBe('cart-1 A');
  const position = value && 'event' in value ? value.event.position : 0n;
  expect(await take(tailOf(store, {}, position), 3)).toEqual(['cart-1 B', 'cart-1 C', '—']);
});

test('a watcher that takes nothing for a while misses nothing', async () => {
  const store = await newStore();
  const tail = tailOf(store);
  const many = (from: number) => Array.from({ length: 1_000 }, (_, n) => event('A', from + n));
  await store.append('cart-1', many(0), 'no_stream');
  expect(await take(tail, 1)).toEqual(['cart-1 A']);
  for (let from = 1_000; from < 5_000; from += 1_000) {
    await store.append('cart-1', many(from), from - 1);
  }
  const numbers: unknown[] = [];
  while (numbers.length < 4_999) {
    const { value } = await tail.next();
    if (value && 'event' in value) numbers.push((value.event.data as { number: number }).number);
  }
  expect(numbers).toEqual(Array.from({ length: 4_999 }, (_, n) => n + 1));
});

test('a watcher that leaves ends the wait for an event', async () => {
  const tail = tailOf(await newStore(), {}, 'end');
  await take(tail, 1);
  const waiting = tail.next();
  await tail.return();
  expect((await waiting).done).toBe(true);
  expect((await tail.next()).done).toBe(true);
});

test('when the store was away, it goes on after the last event', async () => {
  const store = await newStore();
  await store.append('cart-1', [event('A'), event('B')], 'no_stream');
  const asked: unknown[] = [];
  const breaking = breakingAfter(1, store, () => store, asked);
  expect(await take(tailOf(breaking), 3)).toEqual(['cart-1 A', 'cart-1 B', '—']);
  expect(asked).toEqual(['start', expect.any(BigInt)]);
});

/** A store that goes away after so many deliveries, and comes back as the one that `next` tells. */
function breakingAfter(
  count: number,
  first: EventStore,
  next: () => EventStore,
  asked: unknown[] = [],
): ConstructorParameters<typeof LogTail>[0]['store'] {
  let store = first;
  let delivered = 0;
  return {
    isCluster: false,
    headPosition: () => store.headPosition(),
    eventIdAt: (position: bigint) => store.eventIdAt(position),
    async *subscribeToAll(options: Parameters<EventStore['subscribeToAll']>[0]) {
      asked.push(options.after);
      for await (const delivery of store.subscribeToAll(options)) {
        yield delivery;
        delivered += 1;
        if (delivered !== count) continue;
        store = next();
        throw new StoreUnavailableError('a subscription');
      }
    },
  };
}

test.each([
  ['is shorter', 1],
  ['has other events', 5],
])('a store that returns with a log that %s: the watcher is told', async (_, events) => {
  const [store, restored] = [await newStore(), await newStore()];
  await store.append('cart-1', [event('A'), event('B'), event('C')], 'no_stream');
  for (let n = 0; n < events; n += 1) await restored.append('cart-1', [event('A')], n - 1);
  const tail = tailOf(breakingAfter(3, store, () => restored));
  expect(await take(tail, 3)).toEqual(['cart-1 A', 'cart-1 B', 'cart-1 C']);
  await expect(tail.next()).rejects.toThrow(UnknownPlaceError);
});

test('a place after the end is of another log: the watcher is told', async () => {
  const store = await newStore();
  await store.append('cart-1', [event('A')], 'no_stream');
  const end = await store.headPosition();
  await expect(tailOf(store, {}, end + 1_000n).next()).rejects.toThrow(UnknownPlaceError);
});

test('a place inside an event is of another log: the watcher is told, and nothing is retried', async () => {
  const store = await newStore();
  await store.append('cart-1', [event('A'), event('B')], 'no_stream');
  const inside = (await store.headPosition()) - 1n;
  await expect(tailOf(store, {}, inside).next()).rejects.toThrow(UnknownPlaceError);
});
