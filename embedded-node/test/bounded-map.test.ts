import { describe, expect, test } from '@jest/globals';
import { BoundedMap } from '../src/log/bounded-map.js';

function filled(most: number, count: number): BoundedMap<number, string> {
  const map = new BoundedMap<number, string>(most);
  for (let key = 0; key < count; key += 1) map.set(key, `value ${key}`);
  return map;
}

const kept = (map: BoundedMap<number, string>, count: number) =>
  Array.from({ length: count }, (_, key) => map.get(key)).filter((value) => value !== undefined);

describe('a bounded map', () => {
  test.each([10, 57, 1_000])('holds at most 10 of %i, and the last five for certain', (count) => {
    const map = filled(10, count);
    for (let key = count - 5; key < count; key += 1) expect(map.get(key)).toBe(`value ${key}`);
    expect(kept(filled(10, count), count).length).toBeLessThanOrEqual(10);
  });

  test('keeps what is asked for again and again, and null like any other value', () => {
    const map = new BoundedMap<number, string | null>(10);
    map.set(-1, null);
    for (let key = 0; key < 1_000; key += 1) {
      map.set(key, 'other');
      expect(map.get(-1)).toBeNull();
    }
  });

  test('gives the value that was set last', () => {
    const map = filled(10, 6);
    map.set(0, 'newer');
    expect(map.get(0)).toBe('newer');
  });

  test('is empty once it is cleared', () => {
    const map = filled(10, 8);
    map.clear();
    expect(kept(map, 8)).toEqual([]);
  });
});
