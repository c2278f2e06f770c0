// The port of tracing over the SDK: which span is whose child, and what is sampled.
import { expect, test } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { inSpan } from '../../src/tracing/tracing.js';
import {
  CALLER,
  nameOf,
  recordedTracing as traced,
  request,
  sampled,
  TRACE,
  unsampled,
} from './recorded-tracing.js';

const work = { name: 'work', kind: 'internal' } as const;

const trusted = { traceparent: sampled, isTrusted: true };

test("a request goes on with a trusted caller's trace, and keeps its tracestate", () => {
  const { tracing, ended } = traced();
  tracing.serve(request, { ...trusted, tracestate: 'a=1,b=2' })!.end();
  const [span] = ended();
  expect(span!.spanContext()).toMatchObject({ traceId: TRACE });
  expect(span!.parentSpanContext).toMatchObject({ spanId: CALLER, isRemote: true });
  expect(span!.spanContext().traceState?.serialize()).toBe('a=1,b=2');
  expect(span!.kind).toBe(SpanKind.SERVER);
});

test.each([
  ['none', undefined],
  ['nonsense', 'nonsense'],
  ['zeros', `00-${'0'.repeat(32)}-${CALLER}-01`],
  ['a version that is none', `ff-${TRACE}-${CALLER}-01`],
])('a request with %s as its trace begins one', (_what, traceparent) => {
  const { tracing, ended } = traced();
  const span = tracing.serve(request, { traceparent, isTrusted: true })!;
  expect(span.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  span.end();
  expect(ended()[0]!.parentSpanContext).toBeUndefined();
  expect(ended()[0]!.spanContext().traceId).not.toBe(TRACE);
});

test.each([undefined, false])('the trace of a stranger is linked to, and no more', (isTrusted) => {
  const { tracing, ended } = traced();
  const tracestate = `a=${'x'.repeat(200)}`;
  tracing.serve(request, { traceparent: sampled, tracestate, isTrusted })!.end();
  const [span] = ended();
  expect(span!.parentSpanContext).toBeUndefined();
  expect(span!.spanContext().traceId).not.toBe(TRACE);
  expect(span!.spanContext().traceState).toBeUndefined();
  expect(span!.links.map(({ context }) => context)).toEqual([
    { traceId: TRACE, spanId: CALLER, traceFlags: 1, isRemote: true },
  ]);
});

test.each([
  ['parentbased_always_on', true],
  ['parentbased_always_off', false],
  ['always_on', true],
  ['always_off', false],
] as const)('%s decides for strangers, whatever they say', (sampler, expected) => {
  const { tracing } = traced(sampler);
  for (const traceparent of [undefined, sampled, unsampled, 'nonsense']) {
    expect(tracing.serve(request, { traceparent }) !== undefined).toBe(expected);
  }
});

test('a stranger does not change the share of requests that is sampled', () => {
  const { tracing } = traced('parentbased_traceidratio', 0);
  for (let n = 0; n < 100; n += 1) {
    expect(tracing.serve(request, { traceparent: sampled, tracestate: 'a=1' })).toBeUndefined();
  }
});

test.each([
  ['parentbased_always_on', { none: true, sampled: true, unsampled: false }],
  ['parentbased_always_off', { none: false, sampled: true, unsampled: false }],
  ['always_on', { none: true, sampled: true, unsampled: true }],
  ['always_off', { none: false, sampled: false, unsampled: false }],
] as const)('%s decides on requests', (sampler, expected) => {
  const { tracing } = traced(sampler);
  const isSampled = (traceparent?: string) =>
    tracing.serve(request, { traceparent, isTrusted: true }) !== undefined;
  const decided = {
    none: isSampled(),
    sampled: isSampled(sampled),
    unsampled: isSampled(unsampled),
  };
  expect(decided).toEqual(expected);
});

test('a ratio takes none, all, or a part of the traces', () => {
  const taken = (ratio: number) => {
    const { tracing } = traced('parentbased_traceidratio', ratio);
    const all = Array.from({ length: 400 }, () => tracing.serve(request, {}));
    return all.filter((span) => span !== undefined).length;
  };
  expect([taken(0), taken(1)]).toEqual([0, 400]);
  // The chance that all or none of 400 are taken at a half is 2 to the power of −399.
  expect(taken(0.5)).toBeGreaterThan(0);
  expect(taken(0.5)).toBeLessThan(400);
});

test('what a sampled span leads to is sampled, whatever the sampler says of requests', () => {
  const { tracing, ended } = traced('traceidratio', 0);
  expect(tracing.serve(request, trusted)).toBeUndefined();
  tracing.goOn(work, sampled)!.end();
  const reacting = tracing.react({ ...work, name: 'react' }, sampled)!;
  reacting.child({ ...work, name: 'child' }).end();
  reacting.end();
  tracing.take([{ ...work, name: 'measured', parent: sampled, startedAt: 1, endedAt: 2 }]);
  expect(ended().map(nameOf)).toEqual(['work', 'child', 'react', 'measured']);
});

test('work finds the span that it runs in, until that ends', async () => {
  const { tracing, ended } = traced();
  expect(tracing.current()).toBeUndefined();
  const span = tracing.serve(request, {})!;
  let later: Promise<unknown> = Promise.resolve();
  await inSpan(span, async () => {
    await Promise.resolve();
    expect(tracing.current()).toBe(span);
    await inSpan(span.child(work), async () => {
      await Promise.resolve();
      tracing
        .current()!
        .child({ ...work, name: 'inner' })
        .end();
    });
    later = new Promise((resolve) => setImmediate(() => resolve(tracing.current())));
  });
  expect(await later).toBeUndefined();
  const [inner, middle, outer] = ended();
  expect(inner!.parentSpanContext?.spanId).toBe(middle!.spanContext().spanId);
  expect(middle!.parentSpanContext?.spanId).toBe(outer!.spanContext().spanId);
});

test('a fault is told by its class alone', async () => {
  const { tracing, ended } = traced();
  class SecretError extends Error {
    override readonly name = 'SecretError';
  }
  const failing = inSpan(tracing.serve(request, {})!, () =>
    Promise.reject(new SecretError('ada@example.com')),
  );
  await expect(failing).rejects.toThrow('ada@example.com');
  const [span] = ended();
  expect(span!.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span!.attributes).toEqual({ 'error.type': 'SecretError' });
  expect(span!.events).toEqual([]);
});

test('a reaction is a trace of its own, linked to the one of its event', () => {
  const { tracing, ended } = traced();
  tracing.react(work, sampled)!.end();
  const [span] = ended();
  expect(span!.spanContext().traceId).not.toBe(TRACE);
  expect(span!.links.map(({ context }) => [context.traceId, context.spanId])).toEqual([
    [TRACE, CALLER],
  ]);
});

test('what a thread has measured has its times, its parent and its failure', () => {
  const { tracing, ended } = traced();
  const startedAt = Date.parse('2026-11-29T08:00:00.000Z');
  const attributes = { 'cartograph.event.type': 'ItemAdded' };
  const measures = { parent: sampled, startedAt, endedAt: startedAt + 12.5, fault: 'RangeError' };
  tracing.take([{ ...work, kind: 'consumer', attributes, ...measures }]);
  const [span] = ended();
  expect(span!.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: CALLER });
  expect(span!.startTime).toEqual([startedAt / 1_000, 0]);
  expect(span!.duration).toEqual([0, 12_500_000]);
  expect(span!.attributes).toEqual({ ...attributes, 'error.type': 'RangeError' });
});
