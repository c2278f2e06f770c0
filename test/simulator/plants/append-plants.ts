// Plants in how the service appends: each is a mistake that somebody has made, here or elsewhere.
import { chained, NO_CHAIN } from '../../../src/event-store/chain.js';
import { contentId } from '../../../src/commands/command-id.js';
import { StoreUnavailableError } from '../../../src/event-store/errors.js';
import type { Delivery, EventStore } from '../../../src/event-store/event-store.js';
import type { NewEvent, StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Time } from '../../../src/waiting/time.js';
import { altered, noPlant, type Plant } from './plant.js';

type Append = EventStore['append'];

function appending(name: string, plant: (store: EventStore, time: Time) => Append): Plant {
  const events: Plant['events'] = (store, time) => altered(store, { append: plant(store, time) });
  return { ...noPlant, name, events };
}

/** As they would be at the end of a stream that is at a revision. */
async function relinked(
  store: EventStore,
  stream: string,
  revision: number,
  events: readonly NewEvent[],
): Promise<readonly NewEvent[]> {
  let end = NO_CHAIN;
  if (revision >= 0) {
    for await (const { metadata } of store.readStream(stream, { from: revision, maxCount: 1 })) {
      end = { revision, chain: metadata.chain };
    }
  }
  return chained(stream, end, events.map(unlinked));
}

function unlinked({ metadata: { chain: _, ...metadata }, ...event }: NewEvent): NewEvent {
  return { ...event, metadata };
}

async function revisionOf(store: EventStore, stream: string): Promise<number> {
  const last = store.readStream(stream, { backwards: true, maxCount: 1 });
  for await (const { revision } of last) return revision;
  return -1;
}

/** Two instances that were sent one command come to the same ids, and the second one is told yes. */
const takesIdsForProof = appending('takes equal ids for equal events', (store) => {
  return async (stream, events, expected, options) => {
    const revision = expected === 'no_stream' ? -1 : expected;
    const derived = events.map((event, index): NewEvent => {
      const { commandId } = event.metadata;
      if (commandId === undefined) return event;
      const place = { type: event.type, data: { commandId }, metadata: { ...event.metadata } };
      const metadata = { schemaVersion: 1, occurredAt: '' };
      return { ...event, id: contentId(stream, index, { ...place, metadata }) };
    });
    const linked = await relinked(store, stream, revision, derived);
    return store.append(stream, linked, expected, options);
  };
});

const acknowledgesTheUnknown = appending('acknowledges an append without an answer', (store) => {
  return async (stream, events, expected, options) => {
    try {
      return await store.append(stream, events, expected, options);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      const before = expected === 'no_stream' ? -1 : expected;
      return { revision: before + events.length, position: null };
    }
  };
});

const retriesUnderNewIds = appending('tries again under new ids', (store, time) => {
  return async (stream, events, expected, options) => {
    try {
      return await store.append(stream, events, expected, options);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      const revision = await revisionOf(store, stream);
      const renamed = events.map((event) => ({ ...event, id: time.newId() }));
      const linked = await relinked(store, stream, revision, renamed);
      return store.append(stream, linked, revision < 0 ? 'no_stream' : revision);
    }
  };
});

const appendsAnywhere = appending('appends at whatever revision a stream is', (store) => {
  return async (stream, events, _expected, options) => {
    const revision = await revisionOf(store, stream);
    const linked = await relinked(store, stream, revision, events);
    return store.append(stream, linked, revision < 0 ? 'no_stream' : revision, options);
  };
});

/** What an instance appends is shown to its own watchers at once. */
const pushesBeforeTheAnswer: Plant = {
  ...noPlant,
  name: 'pushes what the store has not acknowledged',
  events: (store, time) => {
    const early = new EarlyDeliveries();
    return altered(store, {
      append: (stream, events, expected, options) => {
        const before = expected === 'no_stream' ? -1 : expected;
        events.forEach((event, index) =>
          early.tell(asStored(stream, event, before + 1 + index, time)),
        );
        return store.append(stream, events, expected, options);
      },
      subscribeToAll: (options) =>
        options.types === undefined
          ? early.merged(store.subscribeToAll(options))
          : store.subscribeToAll(options),
    });
  },
};

function asStored(stream: string, event: NewEvent, revision: number, time: Time): StoredEvent {
  // Beyond everything that the log holds, so that it does not count as handled before.
  const position = 2n ** 60n + BigInt(Math.round(time.monotonicMs() * 1_000));
  return { stream, ...event, revision, position, recordedAt: time.now() };
}

class EarlyDeliveries {
  private readonly listeners = new Set<(delivery: Delivery) => void>();

  tell(event: StoredEvent): void {
    for (const listener of this.listeners) listener({ event });
  }

  async *merged(source: AsyncIterable<Delivery>): AsyncGenerator<Delivery, void, undefined> {
    const waiting: Delivery[] = [];
    let wake: () => void = () => undefined;
    const listener = (delivery: Delivery) => {
      waiting.push(delivery);
      wake();
    };
    this.listeners.add(listener);
    const later = source[Symbol.asyncIterator]();
    try {
      let next = later.next();
      for (;;) {
        const woken = new Promise<undefined>((resolve) => (wake = () => resolve(undefined)));
        const result = waiting.length > 0 ? undefined : await Promise.race([next, woken]);
        yield* waiting.splice(0);
        if (result === undefined) continue;
        if (result.done === true) return;
        yield result.value;
        next = later.next();
      }
    } finally {
      this.listeners.delete(listener);
      await later.return?.();
    }
  }
}

export const appendPlants: readonly Plant[] = [
  takesIdsForProof,
  acknowledgesTheUnknown,
  retriesUnderNewIds,
  appendsAnywhere,
  pushesBeforeTheAnswer,
];
