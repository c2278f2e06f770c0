// The projector's loop without its thread: on a log in memory, and on a time that passes at once.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { ProjectorLoop } from '../../src/projections/projector-loop.js';
import type { FromProjector, ProjectorProgress } from '../../src/projections/projector-progress.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openRowStore } from '../../src/read-models/open.js';
import { added, CART_ID, opened } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import { ScriptedLog } from '../subscriptions/scripted-log.js';
import { passingTime } from '../support/passing-time.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const cart = `cart-${CART_ID}`;

async function running(projections = projectionsOf(standardPricing)) {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-loop-'));
  const store = new ScriptedLog();
  const rows = await openRowStore({ dataDir });
  const stopping = new AbortController();
  const told: FromProjector[] = [];
  let heard: () => void = () => undefined;
  const listener = (message: FromProjector) => {
    told.push(message);
    heard();
  };
  const ended = ProjectorLoop.run({
    ...{ store, rows, projections, listener },
    ...{ signal: stopping.signal, time: passingTime().time },
  });
  cleanup.add(async () => {
    stopping.abort();
    await ended;
    await rows.close();
    await rm(dataDir, { recursive: true });
  });
  /** The first progress from now on, or the last one, of which this holds. */
  const until = async (holds: (progress: ProjectorProgress) => boolean) => {
    for (;;) {
      const last = told.findLast((one) => one.type === 'progress');
      if (last !== undefined && holds(last)) return last;
      await new Promise<void>((resolve) => (heard = resolve));
    }
  };
  return { store, rows, until };
}

test('it tells after each commit how far it has come, and which read models changed', async () => {
  const { store, until } = await running();
  await until(({ state }) => state === 'LIVE');
  store.append(cart, opened(), added('MUG', 1, 100));
  const { applied, changed, error } = await until(({ position }) => position === '20');
  expect({ applied, error }).toEqual({ applied: 2, error: null });
  expect(changed).toContain('cart');
  expect(changed).not.toContain('catalogue');
});

test('an event that cannot be applied stops it until its read model is paused', async () => {
  const faulty = projectionsOf(standardPricing).map((one) => {
    const evolve = () => {
      throw new Error('a fault of the projection');
    };
    return one.name === 'cart' ? { ...one, evolve } : one;
  });
  const { store, rows, until } = await running(faulty);
  store.append(cart, opened());
  const { error } = await until(({ state }) => state === 'STOPPED');
  expect(error).toContain(`cart cannot apply ${cart}@0`);
  await rows.setPaused('cart', true);
  const { generations, position } = await until(({ state }) => state === 'LIVE');
  expect(position).toBe('10');
  expect(generations.find(({ name }) => name === 'cart')).toMatchObject({
    frozen: 'paused by an operator',
  });
});

test('a log that was replaced is read from its start, with a notice', async () => {
  const { store, rows, until } = await running();
  store.append(cart, opened());
  await until(({ position }) => position === '10');
  store.events[0] = { ...store.events[0]!, id: 'another event' };
  store.end();
  await until(({ isStartingOver }) => isStartingOver);
  await until(({ state, isStartingOver }) => state === 'LIVE' && !isStartingOver);
  expect((await rows.standsOn())?.eventId).toBe('another event');
});
