// The spans of what a watcher is sent.
import { expect, test } from '@jest/globals';
import { TracedPushes } from '../../src/graphql/traced-pushes.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { StoredLog } from '../controls/stored-log.js';
import {
  CALLER,
  recordedTracing,
  sampled,
  TRACE,
  unsampled,
} from '../telemetry/recorded-tracing.js';

interface Change {
  readonly entry: { readonly stored: StoredEvent } | null;
}

function changed(traceparent?: string): Change {
  const event = new StoredLog().appendRaw('cart-1', 'ItemAdded', {});
  return {
    entry: {
      stored: {
        ...event,
        metadata: { ...event.metadata, ...(traceparent !== undefined && { traceparent }) },
      },
    },
  };
}

async function* changesOf(...changes: readonly Change[]): AsyncGenerator<Change, undefined> {
  yield* changes;
  await Promise.resolve();
  return undefined;
}

test('a frame has a span in the trace of its event, until the next one is asked for', async () => {
  const { tracing, ended } = recordedTracing();
  const pushes = new TracedPushes(changesOf(changed(sampled), changed()), 'cartChanged', tracing);
  await pushes.next();
  expect(ended()).toEqual([]);
  await pushes.next();
  const [span] = ended();
  expect(span!.name).toBe('push cartChanged');
  expect(span!.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: CALLER });
  expect(await pushes.next()).toEqual({ done: true, value: undefined });
  expect(ended()).toHaveLength(1);
});

test('frames without an event, or without a sampled trace, have none', async () => {
  const { tracing, ended } = recordedTracing();
  const changes = changesOf({ entry: null }, changed(), changed(unsampled), changed('nonsense'));
  const pushes = new TracedPushes(changes, 'cartChanged', tracing);
  let frames = 0;
  while ((await pushes.next()).done !== true) frames += 1;
  expect([frames, ended()]).toEqual([4, []]);
});

test('a watcher that leaves ends the span and the watch', async () => {
  const { tracing, ended } = recordedTracing();
  let isOver = false;
  const changes = changesOf(changed(sampled));
  const watch = {
    [Symbol.asyncIterator]: () => watch,
    next: () => changes.next(),
    return: () => {
      isOver = true;
      return Promise.resolve({ done: true as const, value: undefined });
    },
  };
  const pushes = new TracedPushes(watch, 'cartChanged', tracing);
  await pushes.next();
  await pushes.return();
  expect([isOver, ended().length]).toEqual([true, 1]);
});
