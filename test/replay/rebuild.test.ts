import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pricingOf, standardRules } from '../../src/domain/cart/pricing.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import { Projector } from '../../src/projections/projector.js';
import { type AnyProjection, projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import type { ReplayHolder } from '../../src/read-models/replay-holder.js';
import { openRowStore } from '../../src/read-models/open.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import type { Generation } from '../../src/read-models/table.js';
import { ReplayLostError, whileReplaying } from '../../src/replay/holder.js';
import { rebuild } from '../../src/replay/rebuild.js';
import type { RebuildOptions } from '../../src/replay/rebuild-options.js';
import { systemTime, type Time } from '../../src/waiting/time.js';
import { added, applied, opened, orderPlaced, percentOff } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';

const twoVersions = projectionsOf(
  pricingOf([
    { ...standardRules, version: 1, discountOf: () => 0 },
    { ...standardRules, version: 2 },
  ]),
);
const older = twoVersions.filter(({ name, version }) => name !== 'cart' || version === 1);
const newest = twoVersions.filter(({ name, version }) => name !== 'cart' || version === 2);
const [newCart] = newest;
const atOnce: Time['after'] = (_ms, task) => systemTime.after(0, task);
const HOLDER: ReplayHolder = { pid: 1, host: 'here', startedAt: 1, beatAt: 1 };

let dataDir = '';
let rows: RowStore;
/** The projector's own connection, as it has one beside a replay. */
let projected: RowStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-rebuild-'));
  rows = await openRowStore({ dataDir });
  projected = await openRowStore({ dataDir });
});
afterEach(async () => {
  await rows.close();
  await projected.close();
  await rm(dataDir, { recursive: true });
});

/** Enough of a shop for several batches. */
function shopOf(carts: number): StoredLog {
  const log = new StoredLog();
  for (let n = 0; n < carts; n += 1) sell(log, n);
  return log;
}

function sell(log: StoredLog, n: number): void {
  const events: ShopEvent[] = [opened(), added('MUG', 1 + (n % 7), 100), added('CUP', 2, 250)];
  if (n % 3 === 0) events.push(applied('TEN', percentOff(10)));
  log.append(`cart-${n}`, ...events);
  if (n % 5 === 0) log.append(`order-${n}`, orderPlaced(100 * n, 1, `${n}`));
}

async function project(log: StoredLog, projections = twoVersions): Promise<Projector> {
  const projector = await Projector.start(projected, projections);
  await projector.apply(log.events);
  return projector;
}

function replaying(log: StoredLog, options: Partial<RebuildOptions> = {}) {
  return whileReplaying(rows, (holder) =>
    rebuild({ store: log, rows, projections: newest, onError: 'stop', holder, ...options }),
  );
}

const of = async (name: string): Promise<readonly Generation[]> =>
  (await rows.generations()).filter((generation) => generation.name === name);

/** What a from-scratch fold finds wrong, with the rebuilt generations in front. */
async function differences(log: StoredLog, rebuilt: readonly Generation[]) {
  await rows.promote(rebuilt, 1);
  return (await verify(log, rows, twoVersions)).differences;
}

describe('a rebuild beside the live rows', () => {
  test('fills new rows that are what a fold from scratch gives, at the place of the served ones', async () => {
    const log = shopOf(700);
    await project(log, older);
    const { generations, events } = await replaying(log);
    expect(events).toBe(log.events.length);
    expect(generations.map(({ name }) => name).sort()).toEqual(
      newest.map(({ name }) => name).sort(),
    );
    for (const { name } of newest) {
      const own = await of(name);
      expect(own.map(({ status }) => status)).toEqual(['LIVE', 'STANDBY']);
      expect(new Set(own.map(({ checkpoint }) => checkpoint))).toEqual(new Set([log.head]));
    }
    expect(await differences(log, generations)).toEqual([]);
  });

  test('changes no live row until it is promoted', async () => {
    const log = shopOf(10);
    await project(log, older);
    const [served] = await of('cart');
    const before = await rows.load(served!, newCart!.table, ['0']);
    await replaying(log);
    expect(await of('cart')).toMatchObject([served!, { status: 'STANDBY', version: 2 }]);
    expect(await rows.load(served!, newCart!.table, ['0'])).toEqual(before);
  });

  test('ends at the projector’s position, even if the log is longer', async () => {
    const log = shopOf(700);
    const projector = await Projector.start(projected, twoVersions);
    await projector.apply(log.events.slice(0, 1_500));
    const last = log.events[1_499]!;
    const { generations, events } = await replaying(log, { isThrottled: true });
    expect(events).toBe(1_500);
    const checkpoints = (await rows.generations()).map(({ checkpoint }) => checkpoint);
    expect(new Set(checkpoints)).toEqual(new Set([last.position]));
    const after = await Projector.start(projected, twoVersions);
    await after.apply(log.events.slice(1_500));
    expect(await differences(log, generations)).toEqual([]);
  });

  test.each([0, 7, 95])(
    'waits for a log that gives only %i events for a while',
    async (shorter) => {
      const log = shopOf(40);
      await project(log);
      let reads = 0;
      // A leader that was replaced, and then the one that replaced it.
      const readAllInBatches: StoredLog['readAllInBatches'] = async function* (range) {
        reads += 1;
        const isStale = reads <= 3;
        for await (const events of log.readAllInBatches(range)) {
          yield isStale
            ? events.filter(({ position }) => position <= 10n * BigInt(shorter))
            : events;
        }
      };
      const store = Object.assign(Object.create(log) as StoredLog, { readAllInBatches });
      const { generations } = await replaying(store, { time: { ...systemTime, after: atOnce } });
      expect(await differences(log, generations)).toEqual([]);
    },
  );

  test('takes what the store has taken away for gone, and ends', async () => {
    const log = shopOf(40);
    await project(log);
    const { position } = log.events.pop()!;
    // No projected event, but the store has one, such as that of the removal.
    const store = Object.assign(Object.create(log) as StoredLog, {
      firstPositionFrom: () => Promise.resolve(position + 10n),
    });
    const { generations } = await replaying(store);
    expect(new Set(generations.map(({ status }) => status))).toEqual(new Set(['STANDBY']));
  });

  test.each([0, 7, 95])(
    'takes nothing for gone because two nodes answer, of which one has %i events',
    async (shorter) => {
      const log = shopOf(40);
      await project(log);
      let reads = 0;
      const known = () => log.events.slice(0, reads <= 3 ? shorter : undefined);
      // The new leader says where the log ends, and the one before is asked for everything else.
      const store = Object.assign(Object.create(log) as StoredLog, {
        readAllInBatches: async function* (range) {
          const after = range?.after ?? -1n;
          reads += 1;
          const events = known().filter(({ position }) => position > after);
          if (events.length > 0) yield await Promise.resolve(events);
        } satisfies StoredLog['readAllInBatches'],
        headPosition: () => Promise.resolve(log.head),
        eventIdAt: (wanted: bigint) =>
          Promise.resolve(known().find(({ position }) => position === wanted)?.id),
        firstPositionFrom: (wanted: bigint) =>
          Promise.resolve(known().find(({ position }) => position >= wanted)?.position),
      });
      const { generations } = await replaying(store, { time: { ...systemTime, after: atOnce } });
      expect(await differences(log, generations)).toEqual([]);
    },
  );

  test('includes concurrent sales, and the projector updates it from there on', async () => {
    const log = shopOf(400);
    await project(log);
    let sold = 400;
    let projecting = Promise.resolve();
    const onProgress = () => {
      if (sold >= 900) return;
      const from = log.events.length;
      for (let n = 0; n < 100; n += 1) sell(log, sold++);
      projecting = projecting.then(async () => {
        const next = await Projector.start(projected, twoVersions);
        await next.apply(log.events.slice(from));
      });
    };
    const { generations } = await replaying(log, { onProgress });
    await projecting;
    const after = await Projector.start(projected, twoVersions);
    await after.apply(log.events);
    expect(sold).toBe(900);
    const checkpoints = (await rows.generations()).map(({ checkpoint }) => checkpoint);
    expect(new Set(checkpoints)).toEqual(new Set([log.head]));
    expect(await differences(log, generations)).toEqual([]);
  });

  test('continues where it was stopped, without folding events again', async () => {
    const log = shopOf(900);
    await project(log);
    const stop = new AbortController();
    const stopped = replaying(log, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('Enough')),
    });
    await expect(stopped).rejects.toThrow('Enough');
    const unfinished = (await rows.generations()).filter(({ status }) => status === 'BUILDING');
    expect(unfinished).toHaveLength(newest.length);
    for (const { checkpoint } of unfinished) {
      expect(checkpoint).toBeGreaterThan(0n);
      expect(checkpoint).toBeLessThan(log.head);
    }
    const { generations, events } = await replaying(log);
    expect(generations.map(({ generation }) => generation)).toEqual(newest.map(() => 2));
    expect(events).toBeLessThan(log.events.length);
    expect(await differences(log, generations)).toEqual([]);
  });

  test('drops what an older version of the code left unfinished', async () => {
    const log = shopOf(3);
    await project(log, older);
    const [served] = await of('cart');
    await rows.create(
      { ...served!, generation: 2, version: 1, status: 'BUILDING' },
      newCart!.table,
    );
    await replaying(log, { projections: [newCart!] });
    expect(await of('cart')).toMatchObject([
      { generation: 1, status: 'LIVE' },
      { generation: 3, status: 'STANDBY', version: 2 },
    ]);
  });

  test('stops at an event that cannot be applied, names it, and leaves the live rows unchanged', async () => {
    const log = shopOf(2);
    await project(log);
    const fragile: AnyProjection = {
      ...newCart!,
      evolve: () => {
        throw new Error('No carts');
      },
    };
    await expect(replaying(log, { projections: [fragile] })).rejects.toThrow(
      'cart cannot apply cart-0@0 (CartOpened, position 10): No carts',
    );
    expect(await of('cart')).toMatchObject([{ status: 'LIVE' }, { checkpoint: -1n }]);
  });

  test('stops where a row cannot be completed, as by a broken pricing, and names the event', async () => {
    const log = shopOf(2);
    await project(log);
    const fragile: AnyProjection = {
      ...newCart!,
      complete: () => {
        throw new Error('No price');
      },
    };
    await expect(replaying(log, { projections: [fragile] })).rejects.toThrow(
      'cart cannot apply cart-0@3 (CouponApplied, position 40): No price',
    );
    await replaying(log, { projections: [fragile], onError: 'skip' });
    const passedOver = (await rows.skipped()).map(({ stream, revision }) => [stream, revision]);
    expect(passedOver).toEqual(
      log.events
        .filter(({ stream }) => stream.startsWith('cart-'))
        .map(({ stream, revision }) => [stream, revision]),
    );
  });

  test('records skipped events under the skip policy', async () => {
    const log = shopOf(1);
    await project(log);
    const fragile: AnyProjection = {
      ...newCart!,
      evolve(row, event) {
        if (event.type === 'CouponApplied') throw new Error('No coupons');
        return newCart!.evolve(row, event);
      },
    };
    await replaying(log, { projections: [fragile], onError: 'skip' });
    expect(await rows.skipped()).toMatchObject([{ name: 'cart', stream: 'cart-0', revision: 3 }]);
  });

  test('writes nothing more once another replay has taken over', async () => {
    const log = shopOf(900);
    await project(log);
    const taken = replaying(log, {
      onProgress: () => void rows.claimReplay(HOLDER, () => false),
    });
    await expect(taken).rejects.toThrow(ReplayLostError);
    const building = (await rows.generations()).filter(({ status }) => status === 'BUILDING');
    expect(new Set(building.map(({ checkpoint }) => checkpoint))).toEqual(
      new Set([log.events[999]!.position]),
    );
    expect(await rows.claimReplay({ ...HOLDER, pid: 2 }, () => true)).toEqual(HOLDER);
  });

  test('folds nothing of a log without a projector', async () => {
    const log = shopOf(1);
    const { generations, events } = await replaying(log);
    expect(events).toBe(0);
    await rows.promote(generations, 1);
    await project(log);
    expect(await differences(log, [])).toEqual([]);
  });
});
