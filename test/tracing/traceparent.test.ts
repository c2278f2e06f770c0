// Which metadata names a sampled trace. Other programs write to the log as well.
import { expect, test } from '@jest/globals';
import { traceparentIn } from '../../src/tracing/traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test.each(['01', '03', 'ff'])('a place with the flags %s is of a sampled trace', (flags) => {
  const traceparent = `00-${TRACE}-${SPAN}-${flags}`;
  expect(traceparentIn({ traceparent })).toBe(traceparent);
});

test.each([
  ['is absent', undefined],
  ['is null', null],
  ['is a number', 1],
  ['is a list', [`00-${TRACE}-${SPAN}-01`]],
  ['is not sampled', `00-${TRACE}-${SPAN}-00`],
  ['is not sampled, with another flag', `00-${TRACE}-${SPAN}-02`],
  ['is of another version', `01-${TRACE}-${SPAN}-01`],
  ['has no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['has no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['is in capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['has more behind', `00-${TRACE}-${SPAN}-01-more`],
  ['has a line break', `00-${TRACE}-${SPAN}-01\n`],
])('one that %s names none', (_what, traceparent) => {
  expect(traceparentIn({ traceparent })).toBeUndefined();
});
