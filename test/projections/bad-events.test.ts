import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { type AnyProjection, projectionsOf } from '../../src/projections/registry.js';
import { openRowStore } from '../../src/read-models/open.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import { added, CART_ID, opened, ORDER_ID, orderPlaced } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';

const cart = `cart-${CART_ID}`;
const projections = projectionsOf(standardPricing);

/** Of all carts, it cannot bear those with a mug. */
const fragile: readonly AnyProjection[] = projections.map((projection) =>
  projection.name !== 'cart'
    ? projection
    : {
        ...projection,
        evolve(row, event) {
          if (event.type === 'ItemAdded' && event.data.sku === 'MUG') throw new Error('No mugs');
          return projection.evolve(row, event);
        },
      },
);

let dataDir = '';
let rows: RowStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-bad-events-'));
  rows = await openRowStore({ dataDir });
});
afterEach(async () => {
  await rows.close();
  await rm(dataDir, { recursive: true });
});

function logWith(...skus: readonly string[]): StoredLog {
  const log = new StoredLog();
  log.append(cart, opened(), ...skus.map((sku) => added(sku, 1, 100)));
  return log;
}

const checkpoints = async () => (await rows.generations()).map(({ checkpoint }) => checkpoint);

async function cartRow() {
  const [served] = (await rows.generations()).filter(({ name }) => name === 'cart');
  const { table } = projections.find(({ name }) => name === 'cart')!;
  return (await rows.load(served!, table, [CART_ID])).get(CART_ID);
}

describe('an event that cannot be applied', () => {
  test('stops all, and is named, when a projection throws at it', async () => {
    const log = logWith('CUP', 'MUG');
    const projector = await Projector.start(rows, fragile);
    await expect(projector.apply(log.events)).rejects.toThrow(
      `cart cannot apply ${cart}@2 (ItemAdded, position 30): No mugs`,
    );
    expect(new Set(await checkpoints())).toEqual(new Set([-1n]));
    expect(await cartRow()).toBeUndefined();
  });

  test('is recorded and skipped under every policy when it is unreadable', async () => {
    const log = logWith('CUP');
    log.appendRaw(cart, 'ItemAdded', { sku: 'MUG' });
    const other = 'cart-00000000-0000-4000-8000-00000000000b';
    log.append(other, opened());
    const projector = await Projector.start(rows, projections);
    await projector.apply(log.events);
    expect(await rows.skipped()).toMatchObject([
      { name: '*', kind: 'NOT_UNDERSTOOD', position: 30n, stream: cart, revision: 2 },
    ]);
    expect(new Set(await checkpoints())).toEqual(new Set([log.head]));
  });

  test('is a finding of its stream alone, when the service has not written it', async () => {
    const log = logWith('CUP');
    const raw = log.appendRaw(cart, 'ItemAdded', {
      sku: 'MUG',
      name: '',
      quantity: 1,
      unitPrice: 1,
    });
    log.events.splice(-1, 1, {
      ...raw,
      flaw: { problem: 'it has no metadata', metadata: undefined },
    });
    log.appendRaw(cart, 'a type\0', {});
    const projector = await Projector.start(rows, projections);
    await projector.apply(log.events);
    expect(await rows.skipped()).toMatchObject([
      { kind: 'NOT_UNDERSTOOD', reason: 'it has no metadata' },
      { kind: 'UNKNOWN_TYPE', type: 'a type\uFFFD' },
    ]);
    expect(await cartRow()).toMatchObject({ revision: 1, total: 100 });
  });

  test('is a finding of its stream when it opens a cart under the id of another', async () => {
    const log = logWith('CUP');
    const other = 'cart-00000000-0000-4000-8000-00000000000b';
    log.appendRaw(other, 'CartOpened', { ...opened().data });
    const projector = await Projector.start(rows, projections);
    await projector.apply(log.events);
    expect(await rows.skipped()).toMatchObject([
      { kind: 'NOT_UNDERSTOOD', stream: other, revision: 0 },
    ]);
    expect(await cartRow()).toMatchObject({ revision: 1, total: 100 });
  });

  test('counts no order twice in the revenue', async () => {
    const log = new StoredLog();
    log.append(`order-${ORDER_ID}`, orderPlaced(500, 2), orderPlaced(500, 2));
    const projector = await Projector.start(rows, projections);
    await projector.apply(log.events);
    const [served] = (await rows.generations()).filter(({ name }) => name === 'revenue-by-day');
    const { table } = projections.find(({ name }) => name === 'revenue-by-day')!;
    const minutes = [];
    for await (const minute of rows.rows(served!, table)) minutes.push(minute);
    expect(minutes).toMatchObject([{ orders: 1, units: 2, revenue: '500' }]);
    const skipped = await rows.skipped();
    expect(new Set(skipped.map(({ revision }) => revision))).toEqual(new Set([1]));
    expect(skipped.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['order-sales', 'order-summary', 'revenue-by-day']),
    );
  });

  test('is recorded and skipped where the shop says so, for the projection that throws', async () => {
    const log = logWith('CUP', 'MUG', 'CUP');
    const projector = await Projector.start(rows, fragile, { onError: 'skip' });
    await projector.apply(log.events);
    expect(await rows.skipped()).toEqual([
      {
        name: 'cart',
        kind: 'NOT_APPLIED',
        position: 30n,
        stream: cart,
        revision: 2,
        type: 'ItemAdded',
        reason: 'No mugs',
      },
    ]);
    expect(await cartRow()).toMatchObject({ revision: 3, total: 200 });
    expect(new Set(await checkpoints())).toEqual(new Set([40n]));
  });

  test('is recorded once and skipped where the shop says so, when it does not parse', async () => {
    const log = logWith('CUP');
    log.appendRaw(cart, 'ItemAdded', { sku: 'MUG' });
    for (let start = 0; start < 2; start += 1) {
      const projector = await Projector.start(rows, projections, { onError: 'skip' });
      await projector.apply(log.events);
    }
    expect(await rows.skipped()).toMatchObject([{ name: '*', position: 30n, revision: 2 }]);
    expect(new Set(await checkpoints())).toEqual(new Set([30n]));
  });

  test('is recorded and skipped under every policy when newer code wrote it', async () => {
    const log = logWith('CUP');
    log.appendRaw(cart, 'ItemAdded', { sku: 'MUG' }, 99);
    log.appendRaw(cart, 'CartPainted', { colour: 'red' });
    const projector = await Projector.start(rows, projections);
    await projector.apply(log.events);
    expect((await rows.skipped()).map(({ type, kind }) => [type, kind])).toEqual([
      ['ItemAdded', 'NOT_UNDERSTOOD'],
      ['CartPainted', 'UNKNOWN_TYPE'],
    ]);
    expect(await cartRow()).toMatchObject({ total: 100 });
  });

  test('no longer stops the others once its read model is paused', async () => {
    const log = logWith('MUG');
    await Projector.start(rows, fragile);
    await rows.setPaused('cart', true);
    const projector = await Projector.start(rows, fragile);
    await projector.apply(log.events);
    const left = (await rows.generations()).filter(({ checkpoint }) => checkpoint < log.head);
    expect(left.map(({ name }) => name)).toEqual(['cart']);
  });
});
