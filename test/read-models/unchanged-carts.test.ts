// A cart's row is answered from memory as long as the database has the same. Each way in which the
// database can come to say something else is tried.
import { afterEach, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import { eventIdAt, NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces, runSql } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const cartId = '0193a000-0000-7000-8000-000000000001';
const projections = projectionsOf(standardPricing);
const cartTable = projections.find(({ name }) => name === 'cart')!.table;

function stored(revision: number, type: string, data: Record<string, unknown>): StoredEvent {
  return {
    ...{ stream: `cart-${cartId}`, id: eventIdAt(revision), type, data, revision },
    ...{ position: BigInt(revision + 1), recordedAt: NOON },
    metadata: { schemaVersion: 1, occurredAt: new Date(NOON).toISOString() },
  };
}

const opened = stored(0, 'CartOpened', {
  ...{ cartId, currency: 'GBP', tokenHash: 'a'.repeat(64), customerId: null },
});
const abandoned = stored(1, 'CartAbandoned', { idleSince: NOON });

async function filled(place: ReadModelPlace) {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projections);
  await projector.apply([opened]);
  const reads = await openReadModels(place);
  cleanup.add(() => reads.close());
  const first = await reads.cart(cartId);
  expect(first).toMatchObject({ state: { revision: 0, status: 'OPEN' } });
  return { rows, projector, reads, first };
}

describeOnBoth('rows of carts in memory, of %s', newPlaces(cleanup), (placeOf) => {
  test('are parsed once while nothing changes', async () => {
    const { reads, first } = await filled(await placeOf());
    expect(await reads.cart(cartId)).toBe(first);
  });

  test('are parsed once while other rows change', async () => {
    const place = await placeOf();
    const { reads, first } = await filled(place);
    await runSql(
      place,
      "UPDATE read_model_generation SET fold_hash = fold_hash WHERE name = 'catalogue'",
    );
    expect(await reads.cart(cartId)).toBe(first);
  });

  test('give way to what the projector commits', async () => {
    const { reads, projector } = await filled(await placeOf());
    await projector.apply([abandoned]);
    expect(await reads.cart(cartId)).toMatchObject({
      state: { revision: 1, status: 'ABANDONED' },
    });
  });

  test('give way to a change by another program, also at the same revision', async () => {
    const place = await placeOf();
    const { reads } = await filled(place);
    await runSql(place, `UPDATE cart_g1 SET state = '{"currency":"EUR"}'`);
    expect((await reads.cart(cartId))?.state.currency).toBe('EUR');
    await runSql(place, `UPDATE cart_g1 SET view = '{"lines":[]}'`);
    expect((await reads.cart(cartId))?.view).toEqual({ lines: [] });
  });

  test('are gone with their row, and come back with it', async () => {
    const place = await placeOf();
    const { reads, rows } = await filled(place);
    await rows.startOver((await rows.registry()).generations);
    expect(await reads.cart(cartId)).toBeNull();
    expect(await reads.cart(cartId)).toBeNull();
    await (await Projector.start(rows, projections)).apply([opened]);
    expect(await reads.cart(cartId)).toMatchObject({ state: { revision: 0 } });
  });
});

describeOnBoth('doubt about streams, of %s', newPlaces(cleanup), (placeOf) => {
  test('is told as soon as it is recorded, and of its stream alone', async () => {
    const place = await placeOf();
    const { reads } = await filled(place);
    const stream = `cart-${cartId}`;
    const skip = (kind: string, position: number) =>
      runSql(
        place,
        `INSERT INTO skipped_event (name, position, stream, revision, type, reason, kind)
         VALUES ('*', '${position}', '${stream}', 0, 'T', 'r', '${kind}')`,
      );
    expect(await reads.isDoubtful(stream)).toBe(false);
    await skip('UNKNOWN_TYPE', 1);
    expect(await reads.isDoubtful(stream)).toBe(false);
    await skip('NOT_UNDERSTOOD', 2);
    expect(await reads.isDoubtful(stream)).toBe(true);
    expect(await reads.cartAndDoubt(cartId)).toMatchObject([{ state: { revision: 0 } }, true]);
    expect(await reads.isDoubtful('cart-other')).toBe(false);
    await runSql(place, 'DELETE FROM skipped_event');
    expect(await reads.isDoubtful(stream)).toBe(false);
    expect(await reads.cartAndDoubt(cartId)).toEqual([await reads.cart(cartId), false]);
  });
});

const { SQLite: newFile } = newPlaces(cleanup);

test('a promotion and its rollback are seen at once where the file tells of commits', async () => {
  const place = await newFile();
  const { reads, rows, first } = await filled(place);
  const live = (await rows.registry()).generations.find(({ name }) => name === 'cart')!;
  await rows.create({ ...live, generation: 2, status: 'STANDBY', promotedAt: null }, cartTable);
  await runSql(
    place,
    `INSERT INTO cart_g2 SELECT * FROM cart_g1;
     UPDATE cart_g2 SET state = replace(state, '"GBP"', '"EUR"')`,
  );
  expect(await reads.cart(cartId)).toBe(first);
  await rows.promote([{ name: 'cart', generation: 2 }], NOON);
  expect((await reads.cart(cartId))?.state.currency).toBe('EUR');
  await rows.promote([{ name: 'cart', generation: 1 }], NOON);
  expect((await reads.cart(cartId))?.state.currency).toBe('GBP');
});
