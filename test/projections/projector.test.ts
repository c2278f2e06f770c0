import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import { added, CART_ID, opened } from '../controls/cart.js';
import { eventIdAt, NOON } from '../controls/recorded.js';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-projector-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function stored(revision: number, type: string, data: unknown): StoredEvent {
  return {
    stream: `cart-${CART_ID}`,
    id: eventIdAt(revision),
    type,
    revision,
    position: BigInt(revision + 1),
    data,
    metadata: { schemaVersion: 1, occurredAt: new Date(NOON + revision).toISOString() },
    recordedAt: NOON + revision,
  };
}

const events = [opened(), added('MUG', 2, 100), added('MUG', 1, 120)].map(({ type, data }, index) =>
  stored(index, type, data),
);

const start = async () =>
  Projector.start(await openRowStore({ dataDir }), projectionsOf(standardPricing));

async function cartRevision(): Promise<number | undefined> {
  const reads = await openReadModels({ dataDir });
  const row = await reads.cart(CART_ID);
  await reads.close();
  return row?.view.revision;
}

describe('the projector', () => {
  test('applies an event once, for any repetitions and batches', async () => {
    const projector = await start();
    await projector.apply(events.slice(0, 2));
    await projector.apply(events);
    await projector.apply(events);
    const reads = await openReadModels({ dataDir });
    const row = await reads.cart(CART_ID);
    expect(row?.view.totals).toMatchObject({ itemCount: 3, total: 320 });
    expect(projector.checkpoint).toBe(3n);
    await reads.close();
    await projector.close();
  });

  test('continues after a restart from its rows’ checkpoint', async () => {
    const before = await start();
    await before.apply(events.slice(0, 2));
    await before.close();
    const after = await start();
    expect(after.checkpoint).toBe(2n);
    await after.apply(events);
    await after.close();
    expect(await cartRevision()).toBe(2);
  });

  test('skips an unreadable event, and records that', async () => {
    const projector = await start();
    await projector.apply(events.slice(0, 2));
    await projector.apply([stored(2, 'ItemAdded', { sku: 'MUG' })]);
    expect(projector.checkpoint).toBe(3n);
    await projector.close();
    expect(await cartRevision()).toBe(1);
  });

  test('skips an unknown type, and records that', async () => {
    const projector = await start();
    await projector.apply([...events.slice(0, 2), stored(2, 'CartPainted', { colour: 'red' })]);
    expect(projector.checkpoint).toBe(3n);
    await projector.close();
    const database = new DatabaseSync(join(dataDir, 'read-models.sqlite'));
    expect(database.prepare('SELECT stream, revision, type FROM skipped_event').all()).toEqual([
      expect.objectContaining({ stream: `cart-${CART_ID}`, revision: 2, type: 'CartPainted' }),
    ]);
    database.close();
  });

  test('does not fill rows that another version of its code has made', async () => {
    const before = await start();
    await before.apply(events.slice(0, 2));
    await before.close();
    const newer = projectionsOf(standardPricing).map((projection) =>
      projection.name === 'cart' ? { ...projection, version: 99 } : projection,
    );
    const after = await Projector.start(await openRowStore({ dataDir }), newer);
    await after.apply(events);
    expect(after.frozen.map(({ generation }) => generation.name)).toEqual(['cart']);
    expect(after.frozen[0]?.reason).toContain('rebuild due');
    await after.close();
    expect(await cartRevision()).toBe(1);
  });
});
