// Reactions in traces of their own.
import { expect, test } from '@jest/globals';
import type { Reaction } from '../../src/process-managers/reaction.js';
import { tracedReaction } from '../../src/process-managers/traced-reaction.js';
import { StoredLog } from '../controls/stored-log.js';
import {
  CALLER,
  recordedTracing,
  sampled,
  TRACE,
  unsampled,
} from '../telemetry/recorded-tracing.js';

const signal = new AbortController().signal;

function reaction(act: Reaction['act']): Reaction {
  return { name: 'a-reaction', types: ['OrderPlaced'], prefix: 'order-', act };
}

function placed(metadata: object = {}) {
  const event = new StoredLog().appendRaw('order-1', 'OrderPlaced', {});
  return { ...event, metadata: { ...event.metadata, ...metadata } };
}

test('without tracing, a reaction is what it was', () => {
  const plain = reaction(() => Promise.resolve());
  expect(tracedReaction(plain, undefined)).toBe(plain);
});

test('an act on an event of a sampled trace is a trace of its own, linked to the append', async () => {
  const { tracing, ended, named } = recordedTracing();
  const acting = tracedReaction(
    reaction(() => {
      tracing.current()!.child({ name: 'command', kind: 'internal' }).end();
      return Promise.resolve();
    }),
    tracing,
  );
  await acting.act(placed({ traceparent: sampled }), signal);
  const span = named('react a-reaction');
  expect(span.links.map(({ context }) => context)).toMatchObject([
    { traceId: TRACE, spanId: CALLER },
  ]);
  expect(span.parentSpanContext).toBeUndefined();
  expect(span.attributes).toEqual({
    'cartograph.reaction': 'a-reaction',
    'cartograph.event.type': 'OrderPlaced',
    'cartograph.stream.category': 'order',
  });
  expect(named('command').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  expect(ended()).toHaveLength(2);
});

test.each([
  ['no trace', undefined],
  ['a trace that is not sampled', unsampled],
  ['a number', 5],
  ['a text that is none', 'nonsense'],
])('an event whose metadata has %s is acted on without a span', async (_what, traceparent) => {
  const { tracing, ended } = recordedTracing();
  let acts = 0;
  const acting = tracedReaction(
    reaction(() => Promise.resolve(void (acts += 1))),
    tracing,
  );
  await acting.act(placed({ traceparent }), signal);
  expect([acts, ended()]).toEqual([1, []]);
});

test('a failed act fails its span and is told as before', async () => {
  const { tracing, named } = recordedTracing();
  const failing = tracedReaction(
    reaction(() => Promise.reject(new RangeError('canary'))),
    tracing,
  );
  await expect(failing.act(placed({ traceparent: sampled }), signal)).rejects.toThrow('canary');
  expect(named('react a-reaction').attributes['error.type']).toBe('RangeError');
});
