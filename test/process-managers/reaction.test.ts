// What runs a reaction: it acts on every event of its types, tries again, parks what it cannot act
// on and goes on; on a log in memory, and on a time that passes at once.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { ParkedFacts } from '../../src/process-managers/parked-facts.js';
import { type Reaction, startReaction } from '../../src/process-managers/reaction.js';
import type { RunningReaction } from '../../src/process-managers/running-reaction.js';
import {
  ReadModelsFullError,
  ReadModelsUnavailableError,
} from '../../src/read-models/unavailable.js';
import type { PositionStore } from '../../src/subscriptions/position-file.js';
import type { ComputedTo } from '../../src/event-store/log-place.js';
import { systemTime, type Time } from '../../src/waiting/time.js';
import { checkedOut, opened } from '../controls/cart.js';
import { NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { ScriptedLog } from '../subscriptions/scripted-log.js';

const NAME = 'order-placement';

/** Every pause is over at the next turn. */
const quickTime: Time = {
  ...systemTime,
  now: () => NOON,
  monotonicMs: () => performance.now(),
  random: () => 0.5,
  after: (_ms, task) => {
    const turn = setImmediate(task);
    return () => clearImmediate(turn);
  },
};

/** A checkpoint that outlives the reaction, not the test. */
function remembered(): PositionStore {
  let saved: ComputedTo | undefined;
  return {
    load: () => Promise.resolve(saved),
    save: (computedTo) => Promise.resolve(void (saved = computedTo)),
    forget: () => Promise.resolve(void (saved = undefined)),
  };
}

const cleanup = new Cleanup();
let dataDir = '';
let log: ScriptedLog;
let position: PositionStore;
/** What the reaction acted on, as stream@revision. */
let acted: string[];
let faults: unknown[];
let heard: () => void;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-reaction-'));
  log = new ScriptedLog();
  position = remembered();
  acted = [];
  faults = [];
  heard = () => undefined;
});
afterEach(async () => {
  await cleanup.run();
  await rm(dataDir, { recursive: true });
});

const nameOf = ({ stream, revision }: StoredEvent) => `${stream}@${revision}`;

/** @param failing throws for the events that it is given, each time that it is tried */
function reactionThat(failing: (stored: StoredEvent, attempt: number) => void): Reaction {
  const attempts = new Map<string, number>();
  return {
    ...{ name: NAME, types: ['CartCheckedOut'], prefix: 'cart-' },
    act: (stored) => {
      const attempt = (attempts.get(stored.id) ?? 0) + 1;
      attempts.set(stored.id, attempt);
      try {
        failing(stored, attempt);
        acted.push(nameOf(stored));
        return Promise.resolve();
      } catch (error) {
        acted.push(`${nameOf(stored)} failed`);
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        heard();
      }
    },
  };
}

const willing = () => undefined;

function open(): ParkedFacts {
  const parked = ParkedFacts.open(dataDir);
  cleanup.add(() => {
    parked.close();
    return Promise.resolve();
  });
  return parked;
}

async function start(reaction: Reaction, parked = open()): Promise<RunningReaction> {
  const running = await startReaction(reaction, {
    store: log as unknown as EventStore,
    position,
    ...{ parked, clock: quickTime.now, time: quickTime, lasting: ['cart-'] },
    onFault: (fault) => {
      faults.push(fault);
      heard();
    },
    onParked: () => heard(),
  });
  cleanup.add(() => running.stop());
  return running;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    const next = new Promise<void>((resolve) => (heard = resolve));
    if (await holds()) return;
    await next;
  }
}

async function untilLive(reaction: RunningReaction): Promise<void> {
  while (reaction.status().state !== 'LIVE') await new Promise((done) => setImmediate(done));
}

/** A reaction has parked the checkout of cart 1, and has stopped. */
async function parkOne(): Promise<void> {
  checkOut('1');
  const reaction = await start(
    reactionThat(() => {
      throw new Error('no room');
    }),
  );
  await until(async () => (await reaction.parked()) === 1);
  await reaction.stop();
}

const checkOut = (id: string) => log.append(`cart-${id}`, opened(), checkedOut(0));

describe('a reaction', () => {
  test('does not read a log again in which it found nothing to do', async () => {
    log.append('cart-1', opened());
    const first = await start(reactionThat(willing));
    await untilLive(first);
    expect(first.status().position).toBe('10');
    await first.stop();
    await untilLive(await start(reactionThat(willing)));
    expect(log.subscribedAfter).toEqual(['start', 10n]);
  });

  test('acts on each event of its types in its streams, in order, and on nothing else', async () => {
    checkOut('1');
    log.append('other-1', checkedOut(0));
    await start(reactionThat(willing));
    checkOut('2');
    await until(() => acted.length === 2);
    expect(acted).toEqual(['cart-1@1', 'cart-2@1']);
  });

  test('tries again what failed, and parks nothing that works out', async () => {
    checkOut('1');
    const running = await start(
      reactionThat((_stored, attempt) => {
        if (attempt < 3) throw new Error('not yet');
      }),
    );
    await until(() => acted.includes('cart-1@1'));
    expect(acted).toEqual(['cart-1@1 failed', 'cart-1@1 failed', 'cart-1@1']);
    expect(await running.parked()).toBe(0);
  });

  test.each([
    new StoreUnavailableError('a read'),
    new ReadModelsUnavailableError(new Error('the connection broke')),
    new ReadModelsFullError(new Error('no room is left')),
  ])('waits as long as it takes while $name, and parks nothing', async (away) => {
    checkOut('1');
    checkOut('2');
    let isAway = true;
    const running = await start(
      reactionThat(({ stream }) => {
        if (stream === 'cart-1' && isAway) throw away;
      }),
    );
    await until(() => acted.length === 20);
    expect(new Set(acted)).toEqual(new Set(['cart-1@1 failed']));
    expect(running.status()).toMatchObject({ state: 'RETRYING', error: away.message });
    expect(faults).toEqual([away]);
    isAway = false;
    await until(() => acted.includes('cart-2@1'));
    expect(acted.slice(-2)).toEqual(['cart-1@1', 'cart-2@1']);
    expect(await running.parked()).toBe(0);
  });

  test('waits for what is away when it tries what is parked again', async () => {
    await parkOne();
    const again = await start(
      reactionThat((_stored, attempt) => {
        if (attempt < 10) throw new StoreUnavailableError('a read');
      }),
    );
    while ((await again.parked()) > 0) await new Promise((done) => setImmediate(done));
    expect(acted.filter((what) => what === 'cart-1@1')).toHaveLength(1);
  });

  test('parks what still fails, with the reason, and goes on with the next', async () => {
    checkOut('1');
    checkOut('2');
    const running = await start(
      reactionThat(({ stream }) => {
        if (stream === 'cart-1') throw new Error('no room');
      }),
    );
    await until(() => acted.includes('cart-2@1'));
    expect(await running.list({ first: 10, offset: 0 })).toEqual([
      expect.objectContaining({
        ...{ reaction: NAME, stream: 'cart-1', revision: 1, type: 'CartCheckedOut' },
        ...{ reason: 'no room', attempts: 3, parkedAt: NOON },
      }),
    ]);
    expect(await running.list({ first: 10, offset: 1 })).toEqual([]);
  });

  test('parks at once what no further try can help', async () => {
    checkOut('1');
    const running = await start(
      reactionThat(({ stream, revision }) => {
        throw new UnreadableEventError(stream, revision, new Error('of a newer version'));
      }),
    );
    await until(async () => (await running.parked()) === 1);
    expect(acted).toEqual(['cart-1@1 failed']);
  });

  test('tries what is parked again at its next start, and goes on where it was', async () => {
    await parkOne();
    acted = [];
    checkOut('2');
    const second = await start(reactionThat(willing));
    await until(() => acted.includes('cart-2@1'));
    expect(acted).toEqual(['cart-1@1', 'cart-2@1']);
    expect(await second.parked()).toBe(0);
  });

  test('forgets what was parked of a log that was replaced, and reads this one', async () => {
    checkOut('1');
    let isBroken = true;
    const running = await start(
      reactionThat(() => {
        if (isBroken) throw new Error('no room');
      }),
    );
    await until(async () => (await running.parked()) === 1);
    isBroken = false;
    log.events.splice(0, 2, ...log.events.map((event) => ({ ...event, id: `new ${event.id}` })));
    log.end();
    await until(() => acted.includes('cart-1@1'));
    expect(await running.parked()).toBe(0);
    expect(String(faults.at(-1))).toContain('The log no longer has');
  });

  test('tells what is wrong while the store is away, and goes on when it is back', async () => {
    const running = await start(reactionThat(willing));
    checkOut('1');
    await until(() => acted.length === 1);
    log.outage = new Error('the store is away');
    log.end(log.outage);
    await until(() => faults.length > 1);
    expect(running.status()).toMatchObject({ state: 'RETRYING', error: 'the store is away' });
    log.outage = undefined;
    checkOut('2');
    await until(() => acted.length === 2);
    expect(acted).toEqual(['cart-1@1', 'cart-2@1']);
  });

  test('that is stopped while it acts looks at that event again', async () => {
    checkOut('1');
    let begun = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const stuck: Reaction = {
      ...reactionThat(willing),
      act: (_stored, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve());
          begun();
        }),
    };
    const first = await start(stuck);
    await hasBegun;
    await first.stop();
    await start(reactionThat(willing));
    await until(() => acted.length === 1);
    expect(acted).toEqual(['cart-1@1']);
  });
});
