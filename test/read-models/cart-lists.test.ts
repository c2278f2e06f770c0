// Carts by customer and by idle time, whichever database holds them.
import { afterEach, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import { eventIdAt, NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const idOf = (index: number) => `0193a000-0000-7000-8000-00000000000${index}`;

/** Carts opened a minute apart: 0, 2 and 4 are Ann's, the others a guest's; 2 is abandoned. */
function happened(): StoredEvent[] {
  const opened = [0, 1, 2, 3, 4].map((index) => ({
    ...{ cartId: idOf(index), revision: 0, type: 'CartOpened', at: NOON + index * 60_000 },
    data: {
      ...{ cartId: idOf(index), currency: 'GBP', tokenHash: 'a'.repeat(64) },
      customerId: index % 2 === 0 ? 'ann' : null,
    },
  }));
  const abandoned = {
    ...{ cartId: idOf(2), revision: 1, type: 'CartAbandoned', at: NOON + 600_000 },
    data: { idleSince: NOON },
  };
  return [...opened, abandoned].map(({ cartId, revision, type, at, data }, index) => ({
    ...{ stream: `cart-${cartId}`, id: eventIdAt(index), type, data, revision },
    ...{ position: BigInt(index + 1), recordedAt: NOON },
    metadata: { schemaVersion: 1, occurredAt: new Date(at).toISOString() },
  }));
}

async function filled(place: ReadModelPlace) {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projectionsOf(standardPricing));
  await projector.apply(happened());
  const reads = await openReadModels(place);
  cleanup.add(() => reads.close());
  return reads;
}

describeOnBoth('lists of carts in %s', newPlaces(cleanup), (placeOf) => {
  test('have the carts of a customer, the last changed first, page by page', async () => {
    const reads = await filled(await placeOf());
    const first = await reads.cartsOfCustomer('ann', 2, null);
    expect(first.rows.map(({ id }) => id)).toEqual([idOf(2), idOf(4)]);
    expect(first).toMatchObject({ totalCount: 3, hasNextPage: true, hasPreviousPage: false });
    const [, last] = first.rows;
    const place = { updatedAt: last!.updatedAt, cartId: last!.id };
    const second = await reads.cartsOfCustomer('ann', 2, place);
    expect(second.rows.map(({ id }) => id)).toEqual([idOf(0)]);
    expect(second).toMatchObject({ totalCount: 3, hasNextPage: false, hasPreviousPage: true });
    expect(await reads.cartsOfCustomer('ben', 2, null)).toEqual({
      ...{ rows: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false },
    });
  });

  test('have the cart of a customer that is in use before one that was abandoned since', async () => {
    const reads = await filled(await placeOf());
    expect(await reads.openCartsOf('ann')).toEqual([idOf(4), idOf(0), idOf(2)]);
    expect(await reads.openCartsOf('ben')).toEqual([]);
  });

  test('have the open carts that are idle, the longest first, page by page', async () => {
    const reads = await filled(await placeOf());
    const first = await reads.idleCarts(NOON + 3 * 60_000, 2, null);
    expect(first).toEqual([
      { cartId: idOf(0), idleSince: NOON },
      { cartId: idOf(1), idleSince: NOON + 60_000 },
    ]);
    expect(await reads.idleCarts(NOON + 3 * 60_000, 2, first[1]!)).toEqual([
      { cartId: idOf(3), idleSince: NOON + 180_000 },
    ]);
    expect(await reads.idleCarts(NOON - 1, 2, null)).toEqual([]);
  });
});
