import { describe, expect, test } from '@jest/globals';
import { jsonOfStatus } from '../../src/cli/replay/replay-output.js';
import { pricingOf, type PricingRules, standardRules } from '../../src/domain/cart/pricing.js';
import { type AnyProjection, projectionsOf } from '../../src/projections/registry.js';
import type { Generation, Row } from '../../src/read-models/table.js';
import { driftBetween, type DriftRows } from '../../src/replay/drift.js';
import { added, applied, opened, percentOff } from '../controls/cart.js';
import { MispricedShop, rightRules } from './mispriced-shop.js';

const projections = projectionsOf(pricingOf([{ ...standardRules, version: 2 }]));
const projectionOf = (name: string): AnyProjection =>
  projections.find((projection) => projection.name === name)!;

const generationOf = (name: string, generation: number, version: number): Generation => ({
  name,
  generation,
  version,
  foldHash: null,
  status: generation === 1 ? 'LIVE' : 'STANDBY',
  checkpoint: 9n,
  isPaused: false,
  promotedAt: null,
});

function storeOf(served: readonly Row[], standing: readonly Row[]): DriftRows {
  const byKey = (rows: readonly Row[], key: string) =>
    new Map(rows.map((row) => [String(row[key]), row]));
  return {
    compare: (_one, _other, { key }) => {
      const [ones, others] = [byKey(served, key), byKey(standing, key)];
      const keys = [...new Set([...ones.keys(), ...others.keys()])].sort();
      const differing = keys.filter(
        (each) => JSON.stringify(ones.get(each)) !== JSON.stringify(others.get(each)),
      );
      return Promise.resolve({ rows: keys.length, differing });
    },
    load: ({ generation }, { key }, keys) => {
      const rows = byKey(generation === 1 ? served : standing, key);
      return Promise.resolve(new Map([...rows].filter(([each]) => keys.includes(each))));
    },
  };
}

async function drift(name: string, served: readonly Row[], standing: readonly Row[], version = 2) {
  const found = await driftBetween(
    storeOf(served, standing),
    projectionOf(name),
    generationOf(name, 1, 1),
    generationOf(name, 2, version),
  );
  if (found === null) throw new Error('The two have one shape');
  return found;
}

const cart = (cart_id: string, total: number, more: Row = {}): Row => ({
  cart_id,
  currency: 'GBP',
  total,
  state: { id: cart_id, lines: [1, 2] },
  view: { total },
  ...more,
});

describe('drift between live and standby rows', () => {
  test('is none between equal rows, in any order of their properties', async () => {
    const turned = Object.fromEntries(Object.entries(cart('a', 100)).reverse());
    expect(await drift('cart', [cart('a', 100), cart('b', 5)], [turned, cart('b', 5)])).toEqual({
      name: 'cart',
      served: 1,
      standing: 2,
      rows: 2,
      differing: 0,
      unexplained: 0,
      examples: [],
      money: {},
    });
  });

  test('counts rows and money by currency, and explains prices by another version of the pricing', async () => {
    const dollars = { currency: 'USD' };
    const found = await drift(
      'cart',
      [cart('a', 100), cart('b', 50), cart('c', 70, dollars)],
      [cart('a', 90), cart('b', 50), cart('c', 75, dollars)],
    );
    expect(found).toMatchObject({ rows: 3, differing: 2, unexplained: 0 });
    expect(found.money).toEqual({ GBP: -10n, USD: 5n });
  });

  test('counts money exactly beyond 2^53', async () => {
    const large = Number.MAX_SAFE_INTEGER;
    const carts = (total: number) => ['a', 'b', 'c'].map((id) => cart(id, total));
    const { money } = await drift('cart', carts(0), carts(large));
    expect(money).toEqual({ GBP: 3n * BigInt(large) });
    const shown = JSON.parse(
      jsonOfStatus({
        generations: [],
        drift: [
          await drift('cart', carts(0), carts(large)),
          await drift('cart', carts(1), carts(3)),
        ],
        incomparable: [],
        report: null,
        skipped: [],
      }),
    ) as { drift: { money: unknown }[] };
    expect(shown.drift.map((one) => one.money)).toEqual([{ GBP: '27021597764222973' }, { GBP: 6 }]);
  });

  test('is unexplained when carts differ in their contents', async () => {
    const other = { state: { id: 'a', lines: [1] } };
    const found = await drift('cart', [cart('a', 100)], [cart('a', 50, other)]);
    expect(found).toMatchObject({ differing: 1, unexplained: 1, examples: ['a'] });
  });

  test('is unexplained where one version gives two prices', async () => {
    expect(await drift('cart', [cart('a', 100)], [cart('a', 90)], 1)).toMatchObject({
      unexplained: 1,
    });
  });

  test('is unexplained where the rules of a version were edited after it was built', async () => {
    const shop = new MispricedShop();
    shop.cart('a', [opened(), added('MUG', 3, 333), applied('TEN', percentOff(10))]);
    const { rows } = shop.options;
    const [live, standby] = [generationOf('cart', 1, 1), generationOf('cart', 2, 2)];
    const { table } = projectionOf('cart');
    const rowsOf = async (generation: Generation) => {
      const found: Row[] = [];
      for await (const row of rows.rows(generation, table)) found.push(row);
      return found;
    };
    const store = storeOf(await rowsOf(live), await rowsOf(standby));
    const unexplainedBy = async (rules: PricingRules) => {
      const carts = projectionsOf(pricingOf([rules])).find(({ name }) => name === 'cart')!;
      return (await driftBetween(store, carts, live, standby))?.examples;
    };
    expect(await unexplainedBy(rightRules)).toEqual([]);
    expect(await unexplainedBy({ ...rightRules, discountOf: () => 1 })).toEqual(['a']);
  });

  test('counts rows that are only in one of the two', async () => {
    const found = await drift('cart', [cart('a', 1), cart('b', 2)], [cart('b', 2), cart('c', 4)]);
    expect(found).toMatchObject({ rows: 3, differing: 2, unexplained: 2, examples: ['a', 'c'] });
    expect(found.money).toEqual({ GBP: 3n });
  });

  test('is unexplained in a read model that has no prices', async () => {
    const coupon = (code: string, available: number): Row => ({ code, available });
    const found = await drift('coupons', [coupon('TEN', 1)], [coupon('TEN', 0)]);
    expect(found).toMatchObject({ differing: 1, unexplained: 1, money: {} });
  });
});
