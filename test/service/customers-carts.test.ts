// A claim asks the rows for the customer's carts when these have what the log has.
import { afterEach, expect, test } from '@jest/globals';
import { currentCustomersCarts } from '../../src/service/customers-carts.js';
import type { ProjectionState } from '../../src/projections/projection-status.js';
import { startShop, type Shop } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Rows {
  readonly state: ProjectionState;
  /** Up to which they have been filled; null: not at all. */
  readonly position: string | null;
}

/** Carts of the shop, asked for over rows in that state. */
function carts({ store }: Shop, { state, position }: Rows) {
  const asked: string[] = [];
  const customers = currentCustomersCarts({
    store,
    progress: {
      status: () => [{ name: 'cart', state, position }] as never,
      reached: (until) => {
        asked.push(`reached ${until}`);
        return Promise.resolve(true);
      },
    },
    reads: {
      openCartsOf: () => {
        asked.push('rows');
        return Promise.resolve([]);
      },
    },
  });
  return { asked, ask: () => customers.openCartsOf('ann') };
}

async function shopWithCarts(count: number) {
  const shop = await startShop(cleanup);
  const positions: string[] = [];
  for (let opened = 0; opened < count; opened += 1) {
    const cartId = await shop.openCart();
    const [event] = await shop.eventsOf(`cart-${cartId}`);
    positions.push(String(event!.position));
  }
  return { shop, positions };
}

test.each(['LIVE', 'REBUILDING'] as const)('rows that are %s are awaited', async (state) => {
  const { shop, positions } = await shopWithCarts(3);
  const { asked, ask } = carts(shop, { state, position: positions[0]! });
  await ask();
  expect(asked).toEqual([`reached ${positions[2]}`, 'rows']);
});

test('rows that are empty are awaited', async () => {
  const { shop, positions } = await shopWithCarts(1);
  const { asked, ask } = carts(shop, { state: 'LIVE', position: null });
  await ask();
  expect(asked).toEqual([`reached ${positions[0]}`, 'rows']);
});

test('rows that have all carts are asked at once, whatever else the log has', async () => {
  const { shop, positions } = await shopWithCarts(1);
  await shop.list();
  await shop.receive(3);
  const { asked, ask } = carts(shop, { state: 'LIVE', position: positions[0]! });
  await ask();
  expect(asked).toEqual(['rows']);
});

test.each(['CATCHING_UP', 'STOPPED'] as const)('rows that are %s are asked', async (state) => {
  const { shop } = await shopWithCarts(2);
  const { asked, ask } = carts(shop, { state, position: null });
  await ask();
  expect(asked).toEqual(['rows']);
});
