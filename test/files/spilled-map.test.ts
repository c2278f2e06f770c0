// A map of which only a part is in memory answers as one that is in memory whole.
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SpilledMap } from '../../src/files/spilled-map.js';

const HELD = 8;
let map = new SpilledMap<object>(HELD);
afterEach(() => map.close());

// Few, so that they meet again; the last two are sorted differently by code points.
const keys = fc.constantFrom(
  ...Array.from({ length: 26 }, (_each, at) => String.fromCodePoint(0x61 + at)),
  ...['é', '\u{ff5e}', '\u{1f600}'],
);
const operations = fc.array(
  fc.record({ key: keys, kind: fc.constantFrom('set', 'set', 'delete'), value: fc.nat() }),
  { maxLength: 200 },
);

test('it has what was set, in order, and holds a bounded part of it', () => {
  fc.assert(
    fc.property(operations, (all) => {
      map.close();
      map = new SpilledMap(HELD);
      const whole = new Map<string, object>();
      for (const { key, kind, value } of all) {
        expect(map.get(key)).toEqual(whole.get(key));
        if (kind === 'delete') {
          map.delete(key);
          whole.delete(key);
        } else {
          map.set(key, { value, position: BigInt(value), none: undefined });
          whole.set(key, { value, position: BigInt(value), none: undefined });
        }
        expect(map.held).toBeLessThanOrEqual(HELD);
      }
      expect(map.count()).toBe(whole.size);
      const expected = [...whole.keys()].sort().map((key) => [key, whole.get(key)]);
      expect([...map.sorted()]).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
