// The uses of a coupon, as a map: it answers as one, and a change copies a bounded part of it.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entriesOf, type Trie, Tries } from '../../src/domain/coupon/trie.js';

interface Entry {
  readonly key: string;
  readonly value: number;
}

const tries = new Tries<Entry>(({ key }) => key);
const MOST_ENTRIES = 16;

const filled = (count: number): Trie<Entry> =>
  Array.from({ length: count }, (_each, value) => ({ key: `order-${value}`, value })).reduce<
    Trie<Entry>
  >((trie, entry) => tries.set(trie, entry), []);

test('it has what was set and not deleted, also as JSON', () => {
  const key = fc.integer({ min: 0, max: 80 }).map((number) => `order-${number}`);
  const operation = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined, freq: 6 }) });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      let trie: Trie<Entry> = [];
      const map = new Map<string, number>();
      for (const { key, value } of operations) {
        if (value === undefined) {
          trie = tries.delete(trie, key);
          map.delete(key);
        } else {
          trie = tries.set(trie, { key, value });
          map.set(key, value);
        }
      }
      trie = JSON.parse(JSON.stringify(trie)) as Trie<Entry>;
      for (const [key, value] of map) expect(tries.get(trie, key)).toEqual({ key, value });
      expect([...entriesOf(trie)]).toHaveLength(map.size);
    }),
  );
});

test.each([100, 10_000])('a change of one of %s entries copies a few short lists', (count) => {
  const before = filled(count);
  const after = tries.set(before, { key: 'order-7', value: -1 });
  const known = new Set(nodesOf(before));
  const copied = nodesOf(after).filter((node) => !known.has(node));
  expect(copied.length).toBeLessThanOrEqual(Math.ceil(Math.log(count) / Math.log(16)) + 2);
  const lengths = nodesOf(after).map((node) => ('branches' in node ? 0 : node.length));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(MOST_ENTRIES);
});

function nodesOf(trie: Trie<Entry>): readonly Trie<Entry>[] {
  return 'branches' in trie ? [trie, ...trie.branches.flatMap(nodesOf)] : [trie];
}
