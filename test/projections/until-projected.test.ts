// A command waits until the server shows what it stored, and not for ever.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { isBehind, untilProjected } from '../../src/projections/until-projected.js';
import { openRowStore } from '../../src/read-models/open.js';
import { added, opened } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { passingTime } from '../support/passing-time.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let dataDir: string;
let projector: Projector;
let log: StoredLog;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-until-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  const rows = await openRowStore({ dataDir });
  cleanup.add(() => rows.close());
  projector = await Projector.start(rows, projectionsOf(standardPricing));
  log = new StoredLog();
  log.append('cart-1', opened(), added('MUG', 1, 100));
});

test('it is shown at once where the rows reach the end of the log', async () => {
  await projector.apply(log.events);
  const { time, pauses } = passingTime();
  expect(await untilProjected(log, { dataDir }, { time })).toBe(true);
  expect(pauses).toEqual([]);
});

test('it is waited for while the projector is behind', async () => {
  const { time, pauses } = passingTime();
  const after: typeof time.after = (ms, task) => {
    if (pauses.length < 2) return time.after(ms, task);
    void projector.apply(log.events).then(task);
    return () => undefined;
  };
  expect(await untilProjected(log, { dataDir }, { time: { ...time, after } })).toBe(true);
  expect(pauses).toEqual([100, 100]);
});

test('a minute is enough to wait for projections that have stopped', async () => {
  const { time } = passingTime();
  expect(await untilProjected(log, { dataDir }, { time })).toBe(false);
  expect(time.monotonicMs()).toBeLessThan(60_000);
  expect(time.monotonicMs()).toBeGreaterThanOrEqual(59_800);
});

test('what is appended meanwhile is not waited for', async () => {
  await projector.apply(log.events);
  const end = log.head;
  log.append('cart-1', added('PEN', 1, 100));
  const { time } = passingTime();
  const begun = { readAll: log.readAll.bind(log), headPosition: () => Promise.resolve(end) };
  expect(await untilProjected(begun, { dataDir }, { time })).toBe(true);
  expect(await isBehind(begun, { dataDir })).toBe(false);
  expect(await isBehind(log, { dataDir })).toBe(true);
});

test('a read model that is paused holds up nobody who does not ask for it', async () => {
  await projector.apply(log.events);
  const rows = await openRowStore({ dataDir });
  cleanup.add(() => rows.close());
  await rows.setPaused('catalogue', true);
  log.append('cart-1', added('PEN', 1, 100));
  await (await Projector.start(rows, projectionsOf(standardPricing))).apply(log.events);
  expect(await isBehind(log, { dataDir })).toBe(true);
  expect(await isBehind(log, { dataDir }, { names: ['order-sales'] })).toBe(false);
});
