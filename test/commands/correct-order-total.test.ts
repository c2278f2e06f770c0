// A correction is put down once however often it is asked for, and only on the order as the report
// knew it.
import { afterEach, describe, expect, test } from '@jest/globals';
import { compensate, sumsOf } from '../../src/commands/compensation.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, lantern, type Shop, startShop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const found = { previousTotal: 678, correctedTotal: 610, reason: 'A reason', operator: 'ops' };
const operator = { kind: 'operator', subject: 'ops' };

async function placedOrder(shop: Shop): Promise<string> {
  await shop.list();
  const cartId = await shop.openCart();
  accepted(
    await shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 2 }, by()),
  );
  const { order } = await shop.carts.checkOut({ cartId, expectedTotal: 678 }, by());
  return order?.id ?? '';
}

describe('the total of an order', () => {
  test('is corrected once for each report, and keeps what was agreed as it was', async () => {
    const shop = await startShop(cleanup);
    const orderId = await placedOrder(shop);
    const before = await shop.eventsOf(`order-${orderId}`);
    const correction = { orderId, revision: 0, reportId: 'report-1', ...found };
    const first = accepted(await shop.orders.correctTotal(correction, operator));
    const again = await shop.orders.correctTotal(
      { ...correction, reason: 'Other words' },
      operator,
    );
    expect(again).toMatchObject({ accepted: true, replayed: true, revision: 1 });
    expect(first.state).toMatchObject({ total: 610 });
    const after = await shop.eventsOf(`order-${orderId}`);
    expect(after.slice(0, 1)).toEqual(before);
    expect(after.map(({ type }) => type)).toEqual(['OrderPlaced', 'OrderTotalCorrected']);
    expect(after[1]?.metadata.actor).toEqual(operator);
  });

  test('is not corrected by a report that the order has outgrown', async () => {
    const shop = await startShop(cleanup);
    const orderId = await placedOrder(shop);
    const correction = { orderId, revision: 0, reportId: 'report-1', ...found };
    accepted(await shop.orders.correctTotal(correction, operator));
    const other = await shop.orders.correctTotal({ ...correction, reportId: 'report-2' }, operator);
    expect(other).toMatchObject({
      accepted: false,
      rejection: { code: 'CONFLICT', currentRevision: 1 },
    });
    const wrong = { ...correction, reportId: 'report-3', revision: 1 };
    expect(await shop.orders.correctTotal(wrong, operator)).toMatchObject({
      accepted: false,
      rejection: { code: 'REPORT_OUTGROWN' },
    });
  });

  test('is not there to be corrected for an order that was never placed', async () => {
    const shop = await startShop(cleanup);
    const correction = { orderId: 'none', revision: -1, reportId: 'report-1', ...found };
    expect(await shop.orders.correctTotal(correction, operator)).toMatchObject({
      accepted: false,
      rejection: { code: 'NOT_FOUND' },
    });
  });
});

describe('a compensation', () => {
  const currency = 'GBP';
  const dry = { isDryRun: true };
  const wet = { isDryRun: false };

  test('corrects each order once, and says before what it would do', async () => {
    const shop = await startShop(cleanup);
    const orderId = await placedOrder(shop);
    const known = { orderId, revision: 0, reportId: 'report-1', currency, ...found };
    const unknown = { ...known, orderId: 'none' };
    const foreseen = await compensate(shop.orders, [known, unknown], dry);
    expect(await shop.eventsOf(`order-${orderId}`)).toHaveLength(1);
    expect(foreseen.map(({ outcome }) => outcome).sort()).toEqual([
      'refused',
      'would be corrected',
    ]);

    const first = await compensate(shop.orders, [known, unknown], wet);
    expect(first.map(({ outcome }) => outcome).sort()).toEqual(['corrected', 'refused']);
    for (const options of [wet, dry]) {
      const again = await compensate(shop.orders, [known], options);
      expect(sumsOf(again)).toEqual([
        { outcome: 'corrected before', currency, orders: 1, owedToCustomers: 68n, forgiven: 0n },
      ]);
    }
    expect(await shop.eventsOf(`order-${orderId}`)).toHaveLength(2);
  });

  test('is told of each order as it is done, also when a fault ends the rest', async () => {
    const shop = await startShop(cleanup);
    const orderId = await placedOrder(shop);
    const one = { orderId, revision: 0, reportId: 'report-1', currency, ...found };
    const told: unknown[] = [];
    const fault = new Error('the store is away');
    let isAway = () => {};
    const away = new Promise<void>((resolve) => (isAway = resolve));
    const failing: Parameters<typeof compensate>[0] = {
      state: (id) => shop.orders.state(id),
      correctTotal: async (correction, actor) => {
        if (correction.orderId === orderId) return shop.orders.correctTotal(correction, actor);
        await away;
        throw fault;
      },
    };
    const onDone = (done: unknown) => {
      told.push(done);
      isAway();
    };
    const both = [one, { ...one, orderId: 'other' }];
    await expect(compensate(failing, both, { isDryRun: false, onDone })).rejects.toBe(fault);
    expect(told).toEqual([expect.objectContaining({ orderId, outcome: 'corrected', owed: 68 })]);
  });

  test('owes nothing that it forgave before', async () => {
    const shop = await startShop(cleanup);
    const orderId = await placedOrder(shop);
    const forgiven = { ...found, correctedTotal: 700, orderId, revision: 0, reportId: 'report-1' };
    accepted(await shop.orders.correctTotal(forgiven, operator));
    const less = { ...found, previousTotal: 700, orderId, revision: 1, reportId: 'report-2' };
    const sum = { currency, orders: 1, owedToCustomers: 68n, forgiven: 0n };
    for (const [options, outcome] of [
      [dry, 'would be corrected'],
      [wet, 'corrected'],
      [wet, 'corrected before'],
      [dry, 'corrected before'],
    ] as const) {
      const done = await compensate(shop.orders, [{ ...less, currency }], options);
      expect(sumsOf(done)).toEqual([{ ...sum, outcome }]);
    }
    expect(await shop.orders.state(orderId)).toMatchObject({ total: 610, revision: 3 });
  });

  test('foresees the refusals of the order itself', async () => {
    const shop = await startShop(cleanup);
    const orderId = await placedOrder(shop);
    const wrong = { ...found, orderId, revision: 0, reportId: 'report-1', currency };
    const outgrown = [{ ...wrong, previousTotal: 700 }];
    const refusal = [{ outcome: 'refused', problem: expect.stringMatching(/^REPORT_OUTGROWN: /) }];
    expect(await compensate(shop.orders, outgrown, dry)).toMatchObject(refusal);
    expect(await compensate(shop.orders, outgrown, wet)).toMatchObject(refusal);
  });

  test('is summed exactly beyond 2^53', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const settled = (difference: number) => ({
      ...{ orderId: 'any', currency, difference, outcome: 'corrected' as const },
      owed: Math.max(0, -difference),
    });
    expect(sumsOf([-most, -most, -2, most, most, 1].map(settled))).toEqual([
      {
        outcome: 'corrected',
        currency,
        orders: 6,
        owedToCustomers: 2n * BigInt(most) + 2n,
        forgiven: 2n * BigInt(most) + 1n,
      },
    ]);
  });
});
