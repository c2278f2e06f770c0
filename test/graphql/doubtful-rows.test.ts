// Rows of a stream in which the projector met what it could not apply: each query asks the log, and
// says what that says. Rows of other streams are answered as they are.
import { afterEach, describe, expect, test } from '@jest/globals';
import { initialProduct, type ProductState } from '../../src/domain/catalog/state.js';
import { initialOrder, type OrderState } from '../../src/domain/order/state.js';
import { missingEvents } from '../../src/event-store/errors.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import { cartId, codeOf, guestToken, parts, post, serve, type Served } from '../http/served.js';

let served: Served;
afterEach(() => served.stop());

const orderId = '00000000-0000-5000-8000-000000000002';
const placed: OrderState = {
  ...initialOrder,
  ...{ id: orderId, status: 'PLACED', cartId, currency: 'GBP', total: 100 },
};
const unreadable = new UnreadableEventError(`order-${orderId}`, 1, new Error('an absurd event'));

const product = (sku: string): ProductState => ({
  ...initialProduct,
  ...{ sku, name: `THE ${sku}`, currency: 'GBP', prices: { GBP: 100 }, listed: true },
});

/** Rows say that the order comes to 100; the log says what it is told to. */
async function askOrder(isDoubtful: boolean, freshState: () => Promise<OrderState>) {
  const base = parts();
  const state = () => Promise.resolve(placed);
  served = await serve({
    services: parts({
      orders: { state, freshState },
      reads: {
        ...base.reads,
        order: state,
        isDoubtful: (stream) => Promise.resolve(isDoubtful && stream === `order-${orderId}`),
      },
    }),
  });
  const query = `{ order(orderId: "${orderId}") { total { minorUnits } } }`;
  return post(served.graphqlUrl, { query }, { 'x-cart-token': guestToken });
}

describe('an order whose row may be wrong', () => {
  test('is not shown where its log is not understood', async () => {
    const answer = await askOrder(true, () => Promise.reject(unreadable));
    expect(codeOf(answer)).toBe('EVENT_NOT_UNDERSTOOD');
  });

  test('is not shown where its log has lost events', async () => {
    const lost = missingEvents(`order-${orderId}`, 0);
    expect(codeOf(await askOrder(true, () => Promise.reject(lost)))).toBe('HISTORY_INCOMPLETE');
  });

  test('is shown as the log has it, where that can tell', async () => {
    const { body } = await askOrder(true, () => Promise.resolve({ ...placed, total: 70 }));
    expect(body.data).toEqual({ order: { total: { minorUnits: 70 } } });
  });
});

test('an order whose row is right is shown without a look at the log', async () => {
  const { body } = await askOrder(false, () => Promise.reject(unreadable));
  expect(body.data).toEqual({ order: { total: { minorUnits: 100 } } });
});

test('a page of products leaves out what the log cannot tell, and keeps the rest', async () => {
  const base = parts();
  const freshState = (sku: string) =>
    sku === 'B' ? Promise.reject(unreadable) : Promise.resolve({ ...product(sku), name: 'new' });
  served = await serve({
    services: parts({
      catalogue: { ...base.catalogue, freshState },
      reads: {
        ...base.reads,
        products: () =>
          Promise.resolve({
            rows: ['A', 'B', 'C'].map((sku) => ({
              place: { sortedBy: sku, sku },
              state: product(sku),
              isDoubtful: sku !== 'A',
            })),
            ...{ totalCount: 3, hasNextPage: false, hasPreviousPage: false },
          }),
      },
    }),
  });
  const query = '{ products { edges { node { sku name } } } }';
  const { body } = await post(served.graphqlUrl, { query });
  expect(body.data).toEqual({
    products: {
      edges: [{ node: { sku: 'A', name: 'THE A' } }, { node: { sku: 'C', name: 'new' } }],
    },
  });
});
