import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { Delivery, EventStore } from '../../src/event-store/event-store.js';
import type { NewEvent } from '../../src/event-store/stored-event.js';
import { Cleanup, connectTestStore, RestartableNode, startTestNode } from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Noted',
  data: {},
  metadata: { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' },
});
const events = (count: number): NewEvent[] => Array.from({ length: count }, event);

async function startStore(): Promise<EventStore> {
  const { connectionString } = await startTestNode(cleanup);
  return connectTestStore(cleanup, connectionString);
}

/** Takes deliveries until `isEnough`, then leaves. */
async function take(
  deliveries: AsyncIterable<Delivery>,
  isEnough: (taken: readonly Delivery[]) => boolean,
): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  for await (const delivery of deliveries) {
    taken.push(delivery);
    if (isEnough(taken)) break;
  }
  return taken;
}

const eventsIn = (taken: readonly Delivery[]) =>
  taken.flatMap((delivery) => ('event' in delivery ? [delivery.event] : []));
const positionsIn = (taken: readonly Delivery[]) => eventsIn(taken).map(({ position }) => position);

describe('a subscription to the log', () => {
  test('gives the existing events, reports that it has caught up, then gives new events', async () => {
    const store = await startStore();
    await store.append('note-1', events(3), 'no_stream');
    const deliveries = store.subscribeToAll({ after: 'start', prefixes: ['note-'] });
    let isAppended = false;
    const taken = await take(deliveries, (so) => {
      if (!isAppended && so.some((delivery) => 'caughtUp' in delivery)) {
        isAppended = true;
        void store.append('note-1', events(2), 2);
      }
      return eventsIn(so).length === 5;
    });
    const kinds = taken.flatMap((delivery) =>
      'checkpoint' in delivery ? [] : Object.keys(delivery),
    );
    expect(kinds).toEqual(['event', 'event', 'event', 'caughtUp', 'event', 'event']);
    expect(eventsIn(taken).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
  });

  test('begins after the position that was seen', async () => {
    const store = await startStore();
    const { position } = await store.append('note-1', events(2), 'no_stream');
    await store.append('note-1', events(2), 1);
    const deliveries = store.subscribeToAll({ after: position!, prefixes: ['note-'] });
    const taken = await take(deliveries, (so) => eventsIn(so).length === 2);
    expect(eventsIn(taken).map(({ revision }) => revision)).toEqual([2, 3]);
  });

  test('gives a consumer who takes his time everything, in order, and no checkpoint too early', async () => {
    const store = await startStore();
    for (let stream = 0; stream < 20; stream += 1) {
      await store.append(`${stream % 2 ? 'note' : 'other'}-${stream}`, events(200), 'no_stream');
    }
    const deliveries = store.subscribeToAll({ after: 'start', prefixes: ['note-'] });
    let reached = -1n;
    const seen: bigint[] = [];
    for await (const delivery of deliveries) {
      // Longer than the client's own buffers last.
      if (seen.length % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      if ('checkpoint' in delivery) reached = delivery.checkpoint;
      if ('event' in delivery) {
        expect(delivery.event.position).toBeGreaterThan(reached);
        seen.push(delivery.event.position);
      }
      if ('caughtUp' in delivery) break;
    }
    const there: bigint[] = [];
    for await (const { position } of store.readAll({ prefixes: ['note-'] })) there.push(position);
    expect(seen).toEqual(there);
    expect(seen).toHaveLength(2_000);
  });

  test('ends when its signal says so, also while nothing comes', async () => {
    const store = await startStore();
    await store.append('note-1', events(1), 'no_stream');
    const ending = new AbortController();
    const taken: Delivery[] = [];
    const { signal } = ending;
    for await (const delivery of store.subscribeToAll({
      after: 'start',
      prefixes: ['note-'],
      signal,
    })) {
      taken.push(delivery);
      if ('caughtUp' in delivery) setImmediate(() => ending.abort());
    }
    expect(positionsIn(taken)).toHaveLength(1);
  });

  test('that the store ends is a fault, never a quiet end', async () => {
    const node = await RestartableNode.start(cleanup);
    const store = connectTestStore(cleanup, node.connectionString);
    await store.append('note-1', events(1), 'no_stream');
    const deliveries = store.subscribeToAll({ after: 'start', prefixes: ['note-'] });
    const taking = take(deliveries, (so) => {
      if ('caughtUp' in so.at(-1)!) void node.stop();
      return false;
    });
    await expect(taking).rejects.toThrow(StoreUnavailableError);
  });
});
