// Whatever consumers do, in whatever order, no event of a group is lost, and none is with two
// consumers at once. The seed in the name repeats a run.
import { expect, test } from '@jest/globals';
import { Consumer } from '../../src/persistent/consumer.js';
import type { Message } from '../../src/persistent/messages.js';
import { recordOf } from '../../src/persistent/ports.js';
import { strategies } from '../../src/persistent/settings.js';
import { PersistentSubscription } from '../../src/persistent/subscription.js';
import { Random } from '../model/random.js';
import { MemoryLog } from './memory-log.js';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);
const messageTimeoutMs = 1_000;
const written = () => new Promise((resolve) => setImmediate(resolve));

/** The event that a message is about, whichever link led to it. */
const targetOf = ({ resolved }: Message) => (resolved.event ?? recordOf(resolved)).id;

class Workers {
  readonly done = new Set<string>();
  readonly connected: Consumer[] = [];
  readonly #group: PersistentSubscription;

  constructor(group: PersistentSubscription) {
    this.#group = group;
  }

  connect(bufferSize: number): void {
    const consumer = new Consumer({
      bufferSize,
      extraStatistics: false,
      user: 'system',
      from: 'here',
      connectionName: 'worker',
      deliver: () => undefined,
      drop: () => undefined,
    });
    this.connected.push(consumer);
    this.#group.add(consumer);
  }

  disconnect(consumer: Consumer): void {
    this.connected.splice(this.connected.indexOf(consumer), 1);
    this.#group.remove(consumer);
  }

  finish(message: Message, action: 'ack' | 'skip'): void {
    this.done.add(targetOf(message));
    if (action === 'ack') this.#group.ack([message.id]);
    else this.#group.nack('skip', [message.id], '');
  }

  inFlight(): string[] {
    return this.connected.flatMap(({ unconfirmed }) => unconfirmed.map(({ id }) => id));
  }
}

async function act(
  random: Random,
  log: MemoryLog,
  group: PersistentSubscription,
  workers: Workers,
): Promise<void> {
  const consumer = workers.connected.length > 0 ? random.oneOf(workers.connected) : undefined;
  const held = consumer?.unconfirmed ?? [];
  const message = held.length > 0 ? random.oneOf(held) : undefined;
  const roll = random.below(100);
  if (roll < 30) log.write('orders', 'Ordered');
  else if (roll < 35) workers.connect(1 + random.below(5));
  else if (roll < 38 && consumer) workers.disconnect(consumer);
  else if (roll < 70 && message) workers.finish(message, random.chance(0.8) ? 'ack' : 'skip');
  else if (roll < 80 && message) group.nack('retry', [message.id], 'again');
  else if (roll < 88 && message) group.nack('park', [message.id], 'no');
  else if (roll < 92) group.tick(Date.now() + messageTimeoutMs);
  else if (roll < 95) group.replayParked(undefined);
  await written();
}

test.each(strategies)(`%s loses nothing, seed ${String(seed)}`, async (strategy) => {
  const log = new MemoryLog();
  const random = new Random(seed);
  const group = new PersistentSubscription(
    {
      source: 'orders',
      group: 'workers',
      settings: {
        resolveLinks: false,
        extraStatistics: false,
        messageTimeoutMs,
        maxRetryCount: 2,
        checkpointAfterMs: 0,
        minCheckpointCount: 2,
        maxCheckpointCount: 5,
        maxSubscriberCount: 0,
        liveBufferSize: 10,
        readBatchSize: 3,
        historyBufferSize: 10,
        strategy,
        startFrom: 0n,
      },
    },
    log,
    (error) => {
      throw error;
    },
  );
  log.onCommit(() => group.wake());
  const workers = new Workers(group);

  for (let i = 0; i < 600; i++) {
    await act(random, log, group, workers);
    const inFlight = workers.inFlight();
    expect(new Set(inFlight).size).toBe(inFlight.length);
  }
  while (workers.connected[0]) workers.disconnect(workers.connected[0]);
  workers.connect(1_000);
  for (let quiet = 0; quiet < 3; quiet++) {
    group.replayParked(undefined);
    await written();
    const held = workers.connected[0]!.unconfirmed;
    for (const message of held) workers.finish(message, 'ack');
    if (held.length > 0) quiet = 0;
  }

  const all = log.readStream('orders', 0n, 10_000).events.map(({ id }) => id);
  expect(all.length).toBeGreaterThan(100);
  expect([...workers.done].sort()).toEqual(all.sort());
  expect(group.outstanding.count).toBe(0);
});
