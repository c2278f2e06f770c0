// Pages of the log: every filter, in both directions, on a node of the test's own. However small the
// work of a page is, its cursors lead through all that matches, once and in order.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { isBeyond, type LogFilter, matching } from '../../src/event-browser/log-filter.js';
import { type LogPage, LogPages, type PlaceInLog } from '../../src/event-browser/log-pages.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { UnknownPlaceError } from '../../src/event-store/log-place.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';

const cleanup = new Cleanup();
let store: EventStore;
let all: StoredEvent[];

const streams = ['cart-1', 'cart-2', 'order-1', 'notes', 'cartoon-1'];
const types = ['Opened', 'Filled', 'Closed'];

beforeAll(async () => {
  store = connectTestStore(cleanup, (await startTestNode(cleanup)).connectionString);
  for (let number = 0; number < 60; number += 1) {
    const stream = streams[(number * 7) % streams.length]!;
    const event = {
      id: randomUUID(),
      type: types[number % types.length]!,
      data: { number },
      metadata: {
        schemaVersion: 1,
        occurredAt: '2026-11-01T08:00:00.000Z',
        $correlationId: `request ${Math.floor(number / 10)}`,
      },
    };
    const revision = Math.floor(number / streams.length) - 1;
    await store.append(stream, [event], revision < 0 ? 'no_stream' : revision);
  }
  all = [];
  for await (const stored of store.readAll()) all.push(stored);
});
afterAll(() => cleanup.run());

const unmetered = { onEvent: () => undefined };

const filters: readonly (readonly [string, LogFilter])[] = [
  ['everything', {}],
  ['a category', { category: 'cart' }],
  ['a stream', { stream: 'cart-2' }],
  ['types', { types: new Set(['Opened', 'Closed']) }],
  ['a correlation', { correlationId: 'request 3' }],
  ['a stream and a type', { stream: 'order-1', types: new Set(['Filled']) }],
  ['all at once', { category: 'cart', types: new Set(['Filled']), correlationId: 'request 2' }],
  ['nothing', { types: new Set(['Unheard']) }],
  ['an absent stream', { stream: 'cart-3' }],
];

const expectedFor = (filter: LogFilter) =>
  all.filter((stored) => matching(filter, { ...stored, stored: () => stored }));

/** Follows the cursors from one end of the log to the other. */
async function walked(pages: LogPages, filter: LogFilter, size: number, backwards: boolean) {
  const found: StoredEvent[] = [];
  let place: PlaceInLog | null = null;
  for (let page: LogPage | undefined; ;) {
    const range = { size, backwards, after: null, before: null };
    const from = backwards ? { before: place } : { after: place };
    page = await pages.page(filter, { ...range, ...from }, unmetered);
    expect(page.rows.length).toBeLessThanOrEqual(size);
    if (backwards) found.unshift(...page.rows);
    else found.push(...page.rows);
    place = backwards ? page.start : page.end;
    if (!(backwards ? page.hasPreviousPage : page.hasNextPage)) return found;
  }
}

test.each(filters)(
  '%s: pages of every size lead through all that matches',
  async (_what, filter) => {
    const expected = expectedFor(filter);
    for (const mostExamined of [3, 1_000]) {
      const pages = new LogPages(store, mostExamined);
      for (const size of [1, 7]) {
        expect(await walked(pages, filter, size, false)).toEqual(expected);
        expect(await walked(pages, filter, size, true)).toEqual(expected);
      }
    }
  },
);

test('what is on the other side of a page is found with its cursors', async () => {
  const pages = new LogPages(store);
  const ask = (range: object) =>
    pages.page({}, { size: 5, backwards: false, after: null, before: null, ...range }, unmetered);
  const first = await ask({});
  const second = await ask({ after: first.end });
  expect(second.rows).toEqual(all.slice(5, 10));
  expect(second.hasPreviousPage).toBe(true);
  expect((await ask({ backwards: true, before: second.start })).rows).toEqual(first.rows);
  const last = await ask({ backwards: true });
  expect(last.rows).toEqual(all.slice(-5));
  expect(last).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const between = await ask({ size: 100, after: first.end, before: last.start });
  expect(between.rows).toEqual(all.slice(5, -5));
  expect(between.hasNextPage).toBe(false);
});

test('a page examines no more than it may, and says how much that was', async () => {
  const counted = { events: 0, onEvent: () => (counted.events += 1) };
  const range = { size: 5, backwards: true, after: null, before: null };
  const page = await new LogPages(store, 20).page({ stream: 'none', ...{} }, range, counted);
  expect(page).toMatchObject({ rows: [], examined: 0, hasPreviousPage: false });
  const rare = await new LogPages(store, 20).page({ category: 'rare' }, range, counted);
  expect(rare).toMatchObject({ rows: [], examined: 20, hasPreviousPage: true });
  expect(counted.events).toBeGreaterThan(0);
});

test('a time ends the search where the log leaves it, but for the clocks of other nodes', () => {
  const filter = { recordedFrom: 1_000_000, recordedBefore: 2_000_000 };
  const at = (recordedAt: number) => ({ ...all[0]!, recordedAt, stored: () => all[0]! });
  expect([999_999, 1_000_000, 1_999_999, 2_000_000].map((ms) => matching(filter, at(ms)))).toEqual([
    ...[undefined, all[0], all[0], undefined],
  ]);
  expect(isBeyond(filter, at(2_059_999), false)).toBe(false);
  expect(isBeyond(filter, at(2_060_000), false)).toBe(true);
  expect(isBeyond(filter, at(940_000), true)).toBe(false);
  expect(isBeyond(filter, at(939_999), true)).toBe(true);
});

test('one event is found by its stream and revision', async () => {
  const pages = new LogPages(store);
  expect(await pages.event('cart-2', 3)).toEqual(expectedFor({ stream: 'cart-2' })[3]);
  expect(await pages.event('cart-2', 99)).toBeNull();
  expect(await pages.event('cart-3', 0)).toBeNull();
});

test('an event is found by its position, and nothing where none begins', async () => {
  const pages = new LogPages(store);
  const { position, id } = all[17]!;
  expect((await pages.eventAt(position))?.id).toBe(id);
  for (const none of [position + 1n, position - 1n, all.at(-1)!.position + 1_000n, 10n ** 17n]) {
    expect(await pages.eventAt(none)).toBeNull();
  }
});

test.each<[string, (end: bigint) => bigint, boolean]>([
  ['inside an event', (end) => end - 1n, false],
  ['inside an event, backwards', (end) => end - 1n, true],
  ['after the end, backwards', (end) => end + 1_000n, true],
])('a place %s is of another log', async (_, placeOf, backwards) => {
  const place = { position: placeOf(all.at(-1)!.position), revision: null };
  const ends = backwards ? { after: null, before: place } : { after: place, before: null };
  const asked = new LogPages(store).page({}, { size: 2, backwards, ...ends }, unmetered);
  await expect(asked).rejects.toThrow(UnknownPlaceError);
});

test('after the end there is nothing yet', async () => {
  const after = { position: all.at(-1)!.position + 1_000n, revision: null };
  const range = { size: 2, backwards: false, after, before: null };
  expect((await new LogPages(store).page({}, range, unmetered)).rows).toEqual([]);
});
