// Batches of a log that are gathered while the last one is worked on.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { readAhead } from '../../src/relay/read-ahead.js';

async function* sourceOf(batches: readonly (readonly number[])[], read: number[] = []) {
  for (const batch of batches) {
    await turn();
    read.push(...batch);
    yield batch;
  }
}

async function all(batches: AsyncIterable<readonly number[]>): Promise<number[][]> {
  const found: number[][] = [];
  for await (const batch of batches) found.push([...batch]);
  return found;
}

test('every item comes once, in order, in batches of at most so many', async () => {
  const batches = fc.array(fc.array(fc.nat(), { maxLength: 7 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 9 }), async (given, most) => {
      const found = await all(readAhead(sourceOf(given), most));
      expect(found.flat()).toEqual(given.flat());
      expect(found.filter(({ length }) => length === 0 || length > most)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('while a batch is worked on the next one is gathered, and no more than that', async () => {
  const read: number[] = [];
  const items = Array.from({ length: 20 }, (_, index) => [index]);
  const batches = readAhead(sourceOf(items, read), 4);
  expect((await batches.next()).value).toEqual([0]);
  for (let turns = 0; turns < 30; turns += 1) await turn();
  expect(read).toEqual([0, 1, 2, 3, 4]);
  expect((await batches.next()).value).toEqual([1, 2, 3, 4]);
  await batches.return();
});

test('a fault comes after the items before it', async () => {
  const fault = new Error('away');
  async function* faulty() {
    yield* sourceOf([[1, 2], [3]]);
    throw fault;
  }
  const found: number[] = [];
  const reading = (async () => {
    for await (const batch of readAhead(faulty(), 10)) found.push(...batch);
  })();
  await expect(reading).rejects.toBe(fault);
  expect(found).toEqual([1, 2, 3]);
});

test('a reader that leaves ends the source too', async () => {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  async function* endless() {
    try {
      for (;;) yield* sourceOf([[1]]);
    } finally {
      end();
    }
  }
  for await (const batch of readAhead(endless(), 2)) if (batch.length > 0) break;
  await ended;
});
