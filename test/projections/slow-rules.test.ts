// Slow pricing rules keep no other work of the process waiting: the heartbeats of a replay go on,
// and no second replay takes it for dead.
import { expect, test } from '@jest/globals';
import { type Placed, GenerationWriter } from '../../src/projections/generation-writer.js';
import type { AnyProjection } from '../../src/projections/registry.js';
import type { LoadsRows } from '../../src/read-models/row-reader.js';
import type { Generation } from '../../src/read-models/table.js';

const generation: Generation = {
  ...{ name: 'things', generation: 1, version: 1, foldHash: 'f', status: 'BUILDING' },
  ...{ checkpoint: -1n, isPaused: false, promotedAt: null },
};

const rows: LoadsRows = { load: () => Promise.resolve(new Map()) };

const placed = Array.from(
  { length: 6 },
  (_, index) =>
    ({
      stored: { position: BigInt(index) },
      event: { subject: `row ${index}` },
    }) as unknown as Placed,
);

/** The longest time that no other work got a turn, in milliseconds. */
async function longestSilence(spend: { readonly evolve: number; readonly complete: number }) {
  let now = 0;
  let heardAt = 0;
  let longest = 0;
  const after = (ms: number) => {
    now += ms;
    longest = Math.max(longest, now - heardAt);
  };
  const projection: AnyProjection = {
    ...{ name: 'things', version: 1, foldHash: 'f', table: { key: 'id', columns: {} } },
    keyOf: ({ subject }) => subject,
    evolve: (_row, { subject }) => {
      after(spend.evolve);
      return { id: subject };
    },
    complete: (row) => {
      after(spend.complete);
      return row;
    },
  };
  const soon = (task: () => void) => {
    heardAt = now;
    setImmediate(task);
  };
  const time = { monotonicMs: () => now, soon };
  const writer = new GenerationWriter(rows, projection, generation, 100, time);
  const change = await writer.fold(placed, 'stop', []);
  expect([...change.rows.keys()]).toEqual(placed.map(({ event }) => event.subject));
  return longest;
}

test.each([
  ['an event', { evolve: 4_000, complete: 0 }, 4_000],
  ['a row', { evolve: 0, complete: 4_000 }, 4_000],
  ['both a little', { evolve: 30, complete: 30 }, 120],
])('rules that are slow for %s let others in between two of them', async (_, spend, most) => {
  expect(await longestSilence(spend)).toBe(most);
});

test('a quick batch is one turn', async () => {
  expect(await longestSilence({ evolve: 1, complete: 1 })).toBe(12);
});
