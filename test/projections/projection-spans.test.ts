// The spans of a batch that is projected.
import { expect, test } from '@jest/globals';
import { measured } from '../../src/projections/projection-spans.js';
import type { MeasuredSpan } from '../../src/tracing/tracing.js';
import { StoredLog } from '../controls/stored-log.js';
import { sampled, unsampled } from '../telemetry/recorded-tracing.js';

const START = Date.parse('2026-11-29T08:00:00.000Z');

/** A clock whose wall steps back by an hour after the start, as a wall clock may. */
function steppingClock(tookMs: number) {
  const wall = [START, START - 3_600_000];
  const monotonic = [100, 100 + tookMs];
  return { now: () => wall.shift() ?? 0, monotonicMs: () => monotonic.shift() ?? 0 };
}

function batchOf(...traces: readonly (string | undefined)[]) {
  const log = new StoredLog();
  return traces.map((traceparent) => {
    const event = log.appendRaw('cart-1', 'ItemAdded', {});
    return { ...event, metadata: { ...event.metadata, ...(traceparent && { traceparent }) } };
  });
}

const other = sampled.replace('b7', 'c8');

test('each event of a sampled trace has a span, from the start of its batch to the commit', async () => {
  const told: MeasuredSpan[] = [];
  const take = (spans: readonly MeasuredSpan[]) => void told.push(...spans);
  const batch = batchOf(sampled, undefined, unsampled, other);
  const result = await measured(batch, () => Promise.resolve('rows'), take, steppingClock(7.5));
  expect(result).toBe('rows');
  const attributes = {
    'cartograph.event.type': 'ItemAdded',
    'cartograph.stream.category': 'cart',
    'cartograph.projection.batch': 4,
  };
  const common = { name: 'project', kind: 'consumer', attributes, fault: undefined };
  const times = { startedAt: START, endedAt: START + 7.5 };
  expect(told).toEqual([
    { ...common, ...times, parent: sampled },
    { ...common, ...times, parent: other },
  ]);
});

test('a batch without a sampled trace tells nothing', async () => {
  let calls = 0;
  const take = () => void (calls += 1);
  await measured(batchOf(undefined), () => Promise.resolve(), take, steppingClock(1));
  expect(calls).toBe(0);
});

test('a batch that fails tells the class of the fault', async () => {
  const told: MeasuredSpan[] = [];
  const take = (spans: readonly MeasuredSpan[]) => void told.push(...spans);
  const failing = measured(
    batchOf(sampled),
    () => Promise.reject(new RangeError('canary')),
    take,
    steppingClock(1),
  );
  await expect(failing).rejects.toThrow('canary');
  expect(told.map(({ fault }) => fault)).toEqual(['RangeError']);
});
