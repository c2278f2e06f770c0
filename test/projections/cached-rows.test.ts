// The rows that a writer keeps in memory are bounded by what they hold, not by their number.
import { expect, test } from '@jest/globals';
import { type Placed, GenerationWriter } from '../../src/projections/generation-writer.js';
import type { AnyProjection } from '../../src/projections/registry.js';
import { rowWeight } from '../../src/projections/row-weight.js';
import type { LoadsRows } from '../../src/read-models/row-reader.js';
import type { Generation, Row } from '../../src/read-models/table.js';

const generation: Generation = {
  ...{ name: 'things', generation: 1, version: 1, foldHash: 'f', status: 'LIVE' },
  ...{ checkpoint: -1n, isPaused: false, promotedAt: null },
};

/** An event adds an entry to the list of its row. */
const projection: AnyProjection = {
  ...{ name: 'things', version: 1, foldHash: 'f', table: { key: 'id', columns: {} } },
  keyOf: ({ subject }) => subject,
  evolve: (row, { subject }) => ({
    id: subject,
    list: [...((row?.['list'] as unknown[] | undefined) ?? []), 1],
  }),
  complete: (row) => row,
};

/** A writer, the keys that it asked the database for, and its rows as stored. */
function writerOf(cachedWeight: number) {
  const asked: string[] = [];
  const stored = new Map<string, Row>();
  let position = 0n;
  const rows: LoadsRows = {
    load: (_generation, _table, keys) => {
      asked.push(...keys);
      const found = keys.flatMap((key) => {
        const row = stored.get(key);
        return row === undefined ? [] : [[key, row] as const];
      });
      return Promise.resolve(new Map(found));
    },
  };
  const writer = new GenerationWriter(rows, projection, generation, cachedWeight);
  const add = async (key: string, entries: number) => {
    const placed = Array.from({ length: entries }, () => {
      position += 1n;
      return { stored: { position }, event: { subject: key } } as unknown as Placed;
    });
    const change = await writer.fold(placed, 'stop', []);
    for (const [each, row] of change.rows) if (row !== null) stored.set(each, row);
    writer.committed(change, position);
  };
  return { add, asked, stored };
}

test('small rows stay in memory together', async () => {
  const { add, asked, stored } = writerOf(20);
  for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) await add(key, 2);
  expect(asked).toEqual(['a', 'b', 'c']);
  expect(stored.get('a')).toEqual({ id: 'a', list: [1, 1, 1, 1] });
});

test('large rows take the places of others, and are read again', async () => {
  const { add, asked, stored } = writerOf(20);
  for (const key of ['a', 'b', 'a']) await add(key, 12);
  expect(asked).toEqual(['a', 'b', 'a']);
  expect(stored.get('a')!['list']).toHaveLength(24);
});

test('a row that has grown above the whole bound is not kept, and stays right', async () => {
  const { add, asked, stored } = writerOf(20);
  for (const entries of [5, 30, 30, 1]) await add('a', entries);
  expect(asked).toEqual(['a', 'a', 'a']);
  expect(stored.get('a')!['list']).toHaveLength(66);
});

test.each<[Row, number]>([
  [{ id: 'a', total: 12, none: null }, 1],
  [{ skus: ['A', 'B'] }, 3],
  [{ state: { lines: [1, 2, 3], uses: { x: 1, y: 2 }, currency: 'GBP' } }, 6],
])('%j weighs %i', (row, weight) => {
  expect(rowWeight(row)).toBe(weight);
});
