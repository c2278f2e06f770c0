// What a wrong discount did, in money: exactly the carts that it touched, and sums that agree.
import { describe, expect, test } from '@jest/globals';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { pricingOf } from '../../src/domain/cart/pricing.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { compareCarts } from '../../src/replay/report/compare-carts.js';
import { parseReport } from '../../src/replay/report/impact-report.js';
import { exactSum } from '../../src/replay/report/sum.js';
import { added, applied, opened, percentOff } from '../controls/cart.js';
import { halfRules, MispricedShop, rightRules } from './mispriced-shop.js';

const CARTS = 3_000;
const MISPRICED = 37;

const idOf = (cart: number) => `0193a000-0000-7000-8000-${String(cart).padStart(12, '0')}`;
const orderIdOf = (cart: number) => `0193a000-0000-5000-8000-${String(cart).padStart(12, '0')}`;

function contentOf(cart: number, customerId: string | null): CartEvent[] {
  const { data } = opened();
  const open: CartEvent = { type: 'CartOpened', data: { ...data, cartId: idOf(cart), customerId } };
  return [open, added('MUG', (cart % 7) + 1, 250), added('BOWL', 1, 1_999)];
}

/** Every 81st cart has the coupon; every second of those was checked out. */
function shopOfMany(): MispricedShop {
  const shop = new MispricedShop();
  for (let cart = 0; cart < CARTS; cart += 1) {
    const isMispriced = cart % 81 === 0 && cart / 81 < MISPRICED;
    const events = contentOf(cart, cart % 2 === 0 ? `customer-${cart % 10}` : null);
    if (isMispriced) events.push(applied('TENTH', percentOff(10)));
    else if (cart % 5 === 0) events.push(applied('LATER', percentOff(10, { validFrom: 2 ** 45 })));
    shop.cart(idOf(cart), events, cart % 2 === 0 ? orderIdOf(cart) : undefined);
  }
  return shop;
}

/** By hand: the goods, a tenth of them rounded half up, and half of that rounded down. */
function byHand(cart: number) {
  const goods = ((cart % 7) + 1) * 250 + 1_999;
  const tenth = Math.floor((goods + 5) / 10);
  return { before: goods - Math.floor(tenth / 2), after: goods - tenth };
}

const mispriced = Array.from({ length: MISPRICED }, (_, index) => index * 81);
const sum = (amounts: readonly number[]) => amounts.reduce((so, amount) => so + amount, 0);

describe('the impact of a corrected discount', () => {
  test('lists exactly the carts that were priced wrongly, each with its bill', async () => {
    const report = await compareCarts(shopOfMany().options);
    expect(report.compared).toEqual({ carts: CARTS, orders: CARTS / 2 });
    const listed = report.carts.map(({ cartId }) => cartId).sort();
    expect(listed).toEqual(mispriced.map(idOf).sort());
    for (const cart of mispriced) {
      const { before, after } = byHand(cart);
      const found = report.carts.find(({ cartId }) => cartId === idOf(cart));
      expect(found).toMatchObject({ before, after, difference: after - before, currency: 'GBP' });
      const placed = { id: orderIdOf(cart), revision: 0 };
      expect(found?.order).toEqual(cart % 2 === 0 ? placed : null);
    }
  });

  test('is summed by state, day, coupon, product and customer, always to the same', async () => {
    const report = await compareCarts(shopOfMany().options);
    const differences = mispriced.map((cart) => {
      const { before, after } = byHand(cart);
      return { cart, difference: after - before };
    });
    const total = sum(differences.map(({ difference }) => difference));
    const placed = differences.filter(({ cart }) => cart % 2 === 0);
    const owed = -sum(placed.map(({ difference }) => difference));
    expect(report.totals).toMatchObject([
      {
        currency: 'GBP',
        orders: { carts: placed.length, overcharged: owed, undercharged: 0, difference: -owed },
        open: { carts: MISPRICED - placed.length, difference: total + owed },
      },
    ]);
    for (const sums of [report.byDay, report.byCoupon, report.bySku, report.byCustomer]) {
      expect(exactSum(sums.map(({ difference }) => difference))).toBe(BigInt(total));
    }
    expect(report.byCoupon).toEqual([
      { key: 'TENTH', currency: 'GBP', carts: MISPRICED, difference: total },
    ]);
    expect(report.bySku.map(({ key }) => key)).toEqual(['BOWL', 'MUG']);
    expect(report.customers).toEqual({
      known: new Set(placed.map(({ cart }) => cart % 10)).size,
      guestCarts: MISPRICED - placed.length,
    });
  });

  test('cites the events that are responsible, before and after', async () => {
    const shop = new MispricedShop();
    shop.cart(idOf(1), [opened(), added('MUG', 2, 500), applied('TENTH', percentOff(10))]);
    const report = await compareCarts(shop.options);
    const cited = { label: 'Coupon TENTH', eventId: `${idOf(1)}@2`, revision: 2 };
    expect(report.carts[0]?.because).toEqual({
      before: [{ ...cited, amount: -50 }],
      after: [{ ...cited, amount: -100 }],
    });
  });

  test('counts an order at its corrected total', async () => {
    const shop = new MispricedShop();
    const events = [opened(), added('MUG', 2, 500), applied('TENTH', percentOff(10))];
    shop.cart(idOf(1), events, orderIdOf(1));
    const correction = {
      orderId: orderIdOf(1),
      reportId: 'an earlier report',
      currency: 'GBP',
      previousTotal: 950,
      settlement: 'OWED_TO_CUSTOMER' as const,
      reason: 'A reason',
      operator: 'ops',
      placedAt: 0,
    };
    const half = { ...correction, correctedTotal: 920 };
    shop.order(orderIdOf(1), { type: 'OrderTotalCorrected', data: half });
    const [found] = (await compareCarts(shop.options)).carts;
    expect(found).toMatchObject({ before: 920, after: 900, order: { revision: 1 } });
    expect(sum((found?.because.before ?? []).map(({ amount }) => amount))).toBe(-50 - 30);
  });

  test('is empty where an order was settled in full', async () => {
    const shop = new MispricedShop();
    const events = [opened(), added('MUG', 2, 500), applied('TENTH', percentOff(10))];
    shop.cart(idOf(1), events, orderIdOf(1));
    shop.order(orderIdOf(1), {
      type: 'OrderTotalCorrected',
      data: {
        orderId: orderIdOf(1),
        reportId: 'an earlier report',
        currency: 'GBP',
        previousTotal: 950,
        correctedTotal: 900,
        settlement: 'OWED_TO_CUSTOMER',
        reason: 'A reason',
        operator: 'ops',
        placedAt: 0,
      },
    });
    expect(await compareCarts(shop.options)).toMatchObject({ carts: [], totals: [] });
  });

  test('is the same report when it is read again, and none once a figure was edited', async () => {
    const report = await compareCarts(shopOfMany().options);
    const text = JSON.stringify(report);
    expect(parseReport(text)).toEqual(report);
    const { before } = report.carts[0]!;
    expect(() => parseReport(text.replace(`"before":${before}`, `"before":${before + 1}`))).toThrow(
      /changed after it was written/,
    );
    expect(() => parseReport('{"format":"another"}')).toThrow(/not an impact report/);
    expect(() => parseReport('not even JSON')).toThrow(/not JSON/);
  });

  test('is refused where rules were edited since, and kept their number', async () => {
    const edited = pricingOf([halfRules, { ...rightRules, discountOf: () => 1 }]);
    const options = { ...shopOfMany().options, projections: projectionsOf(edited) };
    await expect(compareCarts(options)).rejects.toThrow(/version 2 of the pricing.* --fresh/);
  });

  test('is refused where the two were not folded from the same events', async () => {
    const { options } = shopOfMany();
    const generations = await options.rows.generations();
    const late = generations.map((one) =>
      one.status === 'STANDBY' ? { ...one, checkpoint: 4_710n } : one,
    );
    const rows = { ...options.rows, generations: () => Promise.resolve(late) };
    await expect(compareCarts({ ...options, rows })).rejects.toThrow(/not at the same position/);
    const served = generations.filter(({ status }) => status === 'LIVE');
    const alone = { ...options.rows, generations: () => Promise.resolve(served) };
    await expect(compareCarts({ ...options, rows: alone })).rejects.toThrow(/no generation 2/);
  });
});
