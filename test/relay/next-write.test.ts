// How much one write takes: what brokers accept, and what a late write may repeat.
import { expect, test } from '@jest/globals';
import { NextWrite } from '../../src/relay/next-write.js';
import type { NewRecord } from '../../src/relay/topics.js';

const MEBIBYTE = 1024 * 1024;

function record(bytes: number, partition = 0): NewRecord {
  const value = Buffer.alloc(bytes);
  return { topic: 'carts', partition, key: 'cart-1', value, headers: [], timestamp: 0 };
}

/** How many equal records fit. */
function fitting(write: NewWriteOf, made: (index: number) => NewRecord, most = 20_000): number {
  for (let count = 0; count < most; count += 1) {
    const next = made(count);
    if (write.isFullFor(next)) return count;
    write.add(next);
  }
  return most;
}
type NewWriteOf = Pick<NextWrite, 'isFullFor' | 'add'>;

test.each([10, 1_000, 50_000])('a partition gets less than a mebibyte: %i bytes each', (bytes) => {
  const count = fitting(new NextWrite(true), () => record(bytes));
  expect(count * bytes).toBeLessThan(MEBIBYTE);
  expect(count * (bytes + 700)).toBeGreaterThan(MEBIBYTE / 2);
});

test.each<[what: string, long: Partial<NewRecord>]>([
  ['key', { key: 'cart-'.padEnd(10_000, 'x') }],
  ['key of letters with two bytes', { key: 'cart-'.padEnd(10_000, 'ü') }],
  ['header', { headers: [['type', 'T'.repeat(10_000)]] }],
  ['list of headers', { headers: Array.from({ length: 1_000 }, () => ['name', 'value']) }],
])('a partition gets less than a mebibyte with a long %s', (_, long) => {
  const count = fitting(new NextWrite(true), () => ({ ...record(10), ...long }));
  const { key, headers } = { ...record(10), ...long };
  const bytes = Buffer.byteLength(key) + Buffer.byteLength(headers.flat().join(''));
  expect(count * bytes).toBeLessThan(MEBIBYTE);
  expect(count * bytes).toBeGreaterThan(MEBIBYTE / 4);
});

test('partitions share a write of a transaction, up to what fits in memory', () => {
  const count = fitting(new NextWrite(true), (index) => record(1_000, index % 100));
  expect(count).toBeGreaterThan(4_000);
  expect(count * 1_000).toBeLessThan(8 * MEBIBYTE);
});

test('without transactions, a write has at most 1,000 records', () => {
  expect(fitting(new NextWrite(false), (index) => record(10, index % 100))).toBe(1_000);
});

test('an event that is too large is written alone in its partition, for the brokers to refuse', () => {
  const write = new NextWrite(true);
  expect(write.isFullFor(record(2 * MEBIBYTE))).toBe(false);
  write.add(record(2 * MEBIBYTE));
  expect(write.isFullFor(record(10))).toBe(true);
  expect(write.isFullFor(record(10, 1))).toBe(false);
});
