// What runs a reaction on a persistent subscription: its instances share the events, an event that
// fails is parked alone, and nothing that an instance, a lost acknowledgement or an operator of the
// store does leaves an event out. On a real node.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { EventStore } from '../../src/event-store/event-store.js';
import { type GroupStart, PersistentGroups } from '../../src/event-store/persistent-groups.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import { StoreNodes } from '../../src/event-store/store-nodes.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { ParkedFacts } from '../../src/process-managers/parked-facts.js';
import type { Reaction } from '../../src/process-managers/reaction.js';
import { groupOf } from '../../src/process-managers/shared-parking.js';
import { startSharedReaction } from '../../src/process-managers/shared-reaction.js';
import { systemTime, type Time } from '../../src/waiting/time.js';
import { Cleanup, RestartableNode } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const TYPES = ['OrderPlaced', 'OrderShipped'];
const { name: GROUP } = groupOf({ name: 'tests', types: TYPES });

/** Every pause is over at the next turn. */
const quickTime: Time = { ...systemTime, after: (_ms, task) => systemTime.after(0, task) };

let node: RestartableNode;
let store: EventStore;
/** What was done, as INSTANCE stream@revision. */
let done: string[];
let heard: () => void;

beforeEach(async () => {
  node = await RestartableNode.start(cleanup);
  store = EventStore.connect(node.connectionString);
  cleanup.add(() => store.close());
  done = [];
  heard = () => undefined;
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    const next = new Promise<void>((resolve) => (heard = resolve));
    if (await holds()) return;
    await next;
  }
}

/** Appends an event to the end of a stream. */
async function append(
  stream: string,
  type = 'OrderPlaced',
  at: number | 'no_stream' = 'no_stream',
) {
  const metadata = { schemaVersion: 1, occurredAt: new Date().toISOString() };
  await store.append(stream, [{ id: randomUUID(), type, data: {}, metadata }], at);
}

type Act = (stored: StoredEvent, signal: AbortSignal) => Promise<void>;

interface Given {
  readonly types?: readonly string[];
  readonly instance?: string;
  readonly act?: Act;
  readonly width?: number;
  readonly from?: () => Promise<GroupStart>;
  readonly earlier?: ParkedFacts;
  /** Whether it has tables of its own. */
  readonly isAlone?: boolean;
}

const nothing = () => Promise.resolve();
const fromStart = () => Promise.resolve('start' as const);

/** An instance of the reaction, over connections of its own. */
function start({ instance = 'a', act = nothing, from = fromStart, ...given }: Given = {}) {
  const { types = TYPES, width } = given;
  const nodes = new StoreNodes(node.connectionString);
  const groups = new PersistentGroups(nodes, systemTime, given.isAlone);
  const reaction: Reaction = {
    ...{ name: 'tests', types, prefix: 'order-', ...(width !== undefined && { width }) },
    act: async (stored, signal) => {
      try {
        await act(stored, signal);
        done.push(`${instance} ${stored.stream}@${stored.revision}`);
      } finally {
        // After what the reaction does next.
        setImmediate(() => heard());
      }
    },
  };
  const earlier = given.earlier ?? ParkedFacts.on(new DatabaseSync(':memory:'));
  const running = startSharedReaction(reaction, {
    ...{ store, groups, from, earlier, time: quickTime, clock: Date.now },
    onFault: () => heard(),
    onParked: () => heard(),
  });
  const stop = async () => {
    await running.stop();
    await groups.close();
    await nodes.close();
  };
  cleanup.add(stop);
  return { ...running, groups, stop };
}

/** The client of an operator of the store. */
function operator(): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  return client;
}

/** Resolves when the store has as many parked events. */
async function parking(groups: PersistentGroups, count: number) {
  // The store parks after the consumer has said so; its parked stream tells when.
  for await (const { link } of operator().subscribeToStream(
    `$persistentsubscription-$all::${GROUP}-parked`,
    { fromRevision: 'start', resolveLinkTos: true },
  )) {
    if (Number(link?.revision) >= count - 1) break;
  }
  expect((await groups.status(GROUP))?.parked).toBe(count);
}

/** Resolves when the stream has an event: what the store does by itself is on record there. */
async function first(stream: string): Promise<void> {
  const events = operator().subscribeToStream(stream, { fromRevision: 'start' });
  await events[Symbol.asyncIterator]().next();
}

test('as many as its width wait at once, and hold up no other', async () => {
  const waiting = new Set<string>();
  let release = nothing as () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const act: Act = ({ stream }) => {
    waiting.add(stream);
    return waiting.size <= 30 ? released : Promise.resolve();
  };
  for (let n = 0; n < 31; n += 1) await append(`order-${n}`);
  start({ act, width: 40 });
  await until(() => done.length === 1);
  release();
  await until(() => done.length === 31);
});

test('each event of its types in its streams is acted on, and nothing else', async () => {
  await append('order-1');
  await append('other-1');
  await append('order-2', 'OrderPlacedAgain');
  start();
  await until(() => done.length === 1);
  await append('order-1', 'OrderShipped', 0);
  await until(() => done.length === 2);
  expect(done).toEqual(['a order-1@0', 'a order-1@1']);
});

test('two instances share the events: each is acted on once', async () => {
  // Each waits for the other one: neither can have all events.
  const begun = { a: () => {}, b: () => {} };
  const both = Promise.all([
    new Promise<void>((resolve) => (begun.a = resolve)),
    new Promise<void>((resolve) => (begun.b = resolve)),
  ]);
  for (const instance of ['a', 'b'] as const) {
    start({
      instance,
      act: async () => {
        begun[instance]();
        await both;
      },
    });
  }
  const streams = Array.from({ length: 40 }, (_each, n) => `order-${n}`);
  await Promise.all(streams.map((stream) => append(stream)));
  await until(() => done.length === streams.length);
  expect(done.map((one) => one.split(' ')[1]).sort()).toEqual(
    streams.map((stream) => `${stream}@0`).sort(),
  );
});

test('of instances with tables of their own, one gets the events until it ends', async () => {
  const a = start({ isAlone: true });
  await append('order-1');
  await until(() => done.length === 1);
  const b = start({ instance: 'b', isAlone: true });
  await until(() => b.status().error?.includes('only instances that share') === true);
  await append('order-2');
  await until(() => done.length === 2);
  await a.stop();
  await append('order-3');
  await until(() => done.length === 3);
  expect(done).toEqual(['a order-1@0', 'a order-2@0', 'b order-3@0']);
});

test('a group that another instance makes meanwhile is not taken for an earlier one', async () => {
  const nodes = new StoreNodes(node.connectionString);
  cleanup.add(() => nodes.close());
  const group = groupOf({ name: 'tests', types: TYPES });
  const first = new PersistentGroups(nodes);
  const client = operator();
  // The other instance is quicker by one request.
  const slow = Object.assign(Object.create(client) as EventStoreDBClient, {
    listPersistentSubscriptionsToAll: async () => {
      await first.ensure(group, fromStart);
      return client.listPersistentSubscriptionsToAll();
    },
  });
  const second = new PersistentGroups({
    callOptions: nodes.callOptions,
    connectDirectly: () => Promise.resolve(slow),
    onMove: () => undefined,
    noteFault: () => undefined,
  });
  await second.ensure(group, fromStart);
  expect(await first.status(GROUP)).toMatchObject({ consumers: 0, parked: 0 });
  await first.close();
});

test('an event that fails is parked alone, with the reason and the number of attempts', async () => {
  let attempts = 0;
  const act: Act = ({ stream }) => {
    if (stream === 'order-2') return Promise.resolve();
    attempts += 1;
    return Promise.reject(new Error('no room'));
  };
  const a = start({ act });
  await append('order-1');
  await append('order-2');
  await until(() => done.includes('a order-2@0'));
  await parking(a.groups, 1);
  expect(attempts).toBe(3);
  expect(await a.parked()).toBe(1);
  expect(await a.list({ first: 10, offset: 0 })).toEqual([
    expect.objectContaining({
      ...{ reaction: 'tests', stream: 'order-1', revision: 0, type: 'OrderPlaced' },
      ...{ reason: 'no room', attempts: 3 },
    }),
  ]);
  expect(await a.list({ first: 10, offset: 1 })).toEqual([]);
  expect(a.status()).toMatchObject({ state: 'LIVE', error: null, lagMs: 0 });
});

test('an event that no further attempt can help is parked after one', async () => {
  const act: Act = ({ stream }) => Promise.reject(new UnreadableEventError(stream, 0, 'newer'));
  const a = start({ act });
  await append('order-1');
  await parking(a.groups, 1);
  expect(await a.list({ first: 1, offset: 0 })).toMatchObject([{ attempts: 1 }]);
});

test('a replay gives parked events to an instance again, whichever is asked', async () => {
  let isBroken = true;
  const act: Act = () => (isBroken ? Promise.reject(new Error('no room')) : Promise.resolve());
  const a = start({ act });
  await append('order-1');
  await append('order-2');
  await parking(a.groups, 2);
  isBroken = false;
  await start({ instance: 'b', act }).replay();
  await until(() => done.length === 2);
  await first(`$$$persistentsubscription-$all::${GROUP}-parked`);
  expect(await a.parked()).toBe(0);
});

test('a replay without a consumer is refused, and keeps what is parked', async () => {
  const a = start({ act: () => Promise.reject(new Error('no room')) });
  await append('order-1');
  await parking(a.groups, 1);
  await a.stop();
  await expect(a.replay()).rejects.toThrow();
  const nodes = new StoreNodes(node.connectionString);
  cleanup.add(() => nodes.close());
  const groups = new PersistentGroups(nodes);
  cleanup.add(() => groups.close());
  expect((await groups.status(GROUP))?.parked).toBe(1);
});

test('the events of an instance that stops go to the other one', async () => {
  let begin = () => {};
  const began = new Promise<void>((resolve) => (begin = resolve));
  // As one that waits for a server that is away.
  const a = start({
    instance: 'a',
    act: (_stored, signal) =>
      new Promise((_resolve, reject) => {
        begin();
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      }),
  });
  await append('order-1');
  await began;
  const b = start({ instance: 'b' });
  await a.stop();
  await until(() => done.length === 1);
  expect(done).toEqual(['b order-1@0']);
  expect(await b.parked()).toBe(0);
});

test('a group that was deleted is made again, from where it would have begun', async () => {
  start();
  await append('order-1');
  await until(() => done.length === 1);
  await operator().deletePersistentSubscriptionToAll(GROUP);
  await append('order-2');
  await until(() => done.includes('a order-2@0'));
  expect(new Set(done)).toEqual(new Set(['a order-1@0', 'a order-2@0']));
});

test('a group with other settings gets those of this version, and keeps its place', async () => {
  const first = start();
  await append('order-1');
  await until(() => done.length === 1);
  const info = await operator().getPersistentSubscriptionToAllInfo(GROUP);
  const changed = { ...info.settings, maxRetryCount: 2, messageTimeout: 5_000 };
  await operator().updatePersistentSubscriptionToAll(GROUP, changed);
  await first.stop();
  start();
  await append('order-2');
  await until(() => done.includes('a order-2@0'));
  const { settings } = await operator().getPersistentSubscriptionToAllInfo(GROUP);
  expect(settings).toEqual(info.settings);
});

test('a new group starts where the checkpoint was, not at the start of the log', async () => {
  await append('order-1');
  await append('order-2');
  const places: bigint[] = [];
  for await (const { position } of store.readAll()) places.push(position);
  start({ from: () => Promise.resolve(places[1]!) });
  await append('order-3');
  await until(() => done.length === 2);
  expect(done.sort()).toEqual(['a order-2@0', 'a order-3@0']);
});

test('a version with other types goes on where the earlier one was, and removes its group', async () => {
  const earlier = start();
  await append('order-1');
  await until(() => done.length === 1);
  // The store has noted that it is done.
  await first(`$persistentsubscription-$all::${GROUP}-checkpoint`);
  await earlier.stop();
  start({ types: [...TYPES, 'OrderRefunded'], instance: 'b' });
  await append('order-2', 'OrderRefunded');
  await until(() => done.includes('b order-2@0'));
  const groups = await operator().listPersistentSubscriptionsToAll();
  expect(groups.map(({ groupName }) => groupName)).toEqual([
    groupOf({ name: 'tests', types: [...TYPES, 'OrderRefunded'] }).name,
  ]);
});

test('a store that restarts interrupts nothing for good', async () => {
  const a = start();
  await append('order-1');
  await until(() => done.length === 1);
  await node.stop();
  await until(() => a.status().state === 'RETRYING');
  await node.startAgain();
  await append('order-2');
  await until(() => done.includes('a order-2@0'));
  expect(a.status()).toMatchObject({ state: 'LIVE', error: null });
});

test('what was parked before the reaction was shared is retried, and listed until then', async () => {
  await append('order-1');
  const earlier = ParkedFacts.on(new DatabaseSync(':memory:'));
  for await (const stored of store.readStream('order-1')) {
    earlier.park('tests', stored, 'an old reason', 3, 1_000);
  }
  let isBroken = true;
  const act: Act = () => (isBroken ? Promise.reject(new Error('no room')) : Promise.resolve());
  const from = () => Promise.resolve('end' as const);
  const a = start({ act, earlier, from });
  await until(() => earlier.list('tests')[0]?.attempts === 4);
  expect(await a.parked()).toBe(1);
  expect(await a.list({ first: 5, offset: 0 })).toMatchObject([{ reason: 'no room', attempts: 4 }]);
  isBroken = false;
  await append('order-2');
  await until(() => done.length === 1);
  await a.replay();
  expect(done).toEqual(['a order-2@0', 'a order-1@0']);
  expect(await a.parked()).toBe(0);
});
