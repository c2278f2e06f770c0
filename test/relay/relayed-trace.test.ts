// What the topics tell of traces: the place of a sampled append, and nothing that another program
// has written in its stead.
import { expect, test } from '@jest/globals';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { recordOf, relayedEventOf } from '../../src/relay/relayed-event.js';
import { sampled, unsampled } from '../telemetry/recorded-tracing.js';
import { MemoryLog } from './memory-log.js';

const note = { log: 'l', epoch: 1, completeTo: -1n, layout: 'x' };

function relayed(traceparent: unknown) {
  const [event] = new MemoryLog(1).events;
  const metadata = { ...event!.metadata, traceparent } as StoredEvent['metadata'];
  const record = recordOf({ ...event!, metadata }, { topic: 't', partition: 0 }, note);
  const headers = new Map(record.headers);
  const read = relayedEventOf({ ...record, offset: 0n, headers }, 'l');
  return { header: headers.get('traceparent'), read: read?.event.metadata.traceparent };
}

test('the place of a sampled append is a header, and comes back', () => {
  expect(relayed(sampled)).toEqual({ header: sampled, read: sampled });
});

test.each([
  ['none', undefined],
  ['one that is not sampled', unsampled],
  ['text', 'nonsense'],
  ['a line break behind it', `${sampled}\r\nx: y`],
  ['a number', 7],
  ['an object', { traceparent: sampled }],
  ['a megabyte', 'x'.repeat(1e6)],
])('no header for %s', (_what, traceparent) => {
  expect(relayed(traceparent)).toEqual({ header: undefined, read: undefined });
});
