// The reports on sales as staff ask for them: whose days they have, and arguments that do not fit.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiServices } from '../../src/graphql/services.js';
import type { Period } from '../../src/read-models/period.js';
import { Cleanup } from '../event-store/nodes.js';
import { codeOf, parts, post, serve, type Served } from '../http/served.js';

const cleanup = new Cleanup();
let served: Served;
const asked: Period[] = [];
beforeEach(() => {
  asked.length = 0;
});

/** Answers a row, whatever the period, and notes it. */
const answering =
  <Row>(row: Row, count = 1) =>
  (period: Period) => {
    asked.push(period);
    return Promise.resolve(Array.from({ length: count }, () => row));
  };
const sold = { orders: 1, units: 2 ** 31, revenue: 3n * BigInt(Number.MAX_SAFE_INTEGER) };
const noCarts = { paid: 0, cancelled: 0, abandoned: 0, merged: 0, stillOpen: 0, checkedOut: 0 };
const reports: ApiServices['reports'] = {
  byDay: answering({ date: '2010-12-01', ...sold }),
  byHour: answering({ date: '2010-12-01', hour: 1, offsetMinutes: 345, beginsAt: 0, ...sold }),
  currencies: answering('GBP'),
  funnel: answering({ date: '2010-12-01', opened: 1, filled: 0, ...noCarts }),
  products: answering({ sku: 'MUG', name: 'Mug', ...sold }, 300),
  coupons: answering({
    ...{ code: 'TEN', orders: 1, sharedOrders: 0, cancelledOrders: 0 },
    ...{ discount: 5n, revenue: 7n },
  }),
};

beforeAll(async () => {
  served = await serve({ services: parts({ reports, timeZone: 'Asia/Kathmandu' }) });
  cleanup.add(() => served.stop());
});
afterAll(() => cleanup.run());

const ask = (query: string, who = 'support:sue') =>
  post(served.graphqlUrl, { query }, { authorization: `Bearer ${who}` });

const december = '{ firstDay: "2010-12-01", lastDay: "2010-12-31" }';
const queries: Readonly<Record<string, (period: string) => string>> = {
  dailyRevenue: (period) => `dailyRevenue(period: ${period}, currency: "GBP") { date }`,
  hourlyRevenue: (period) => `hourlyRevenue(period: ${period}, currency: "GBP") { hour }`,
  cartFunnel: (period) => `cartFunnel(period: ${period}) { opened }`,
  topProducts: (period) => `topProducts(period: ${period}, currency: "GBP") { sku }`,
  couponSales: (period) => `couponSales(period: ${period}, currency: "GBP") { code }`,
  soldCurrencies: (period) => `soldCurrencies(period: ${period})`,
};

describe.each(Object.entries(queries))('%s', (_name, query) => {
  test('has the days of the shop, unless the caller names a time zone', async () => {
    expect(codeOf(await ask(`{ ${query(december)} }`))).toBeUndefined();
    await ask(`{ ${query(december.replace(' }', ', timeZone: "Europe/London" }'))} }`);
    const days = { firstDay: '2010-12-01', lastDay: '2010-12-31' };
    expect(asked).toEqual([
      { ...days, timeZone: 'Asia/Kathmandu' },
      { ...days, timeZone: 'Europe/London' },
    ]);
  });

  test('is for staff', async () => {
    const by = async (who: string) => codeOf(await ask(`{ ${query(december)} }`, who));
    expect([await by('customer:ann'), await by('support:sue'), await by('admin:root')]).toEqual([
      'FORBIDDEN',
      undefined,
      undefined,
    ]);
    expect(codeOf(await post(served.graphqlUrl, { query: `{ ${query(december)} }` }))).toBe(
      'FORBIDDEN',
    );
    expect(asked).toHaveLength(2);
  });

  test.each<[what: string, period: string, message: RegExp]>([
    [
      'a zone of no place',
      '"2010-12-01", lastDay: "2010-12-01", timeZone: "Mars"',
      /^timeZone must/,
    ],
    ['an offset', '"2010-12-01", lastDay: "2010-12-01", timeZone: "+01:00"', /^timeZone must/],
    ['no day', '"yesterday", lastDay: "2010-12-01"', /^firstDay must be a day/],
    ['a day that is not there', '"2010-12-01", lastDay: "2010-12-32"', /^lastDay must be a day/],
    ['days in the wrong order', '"2010-12-02", lastDay: "2010-12-01"', /not be later/],
    ['more than a year', '"2010-01-01", lastDay: "2011-01-02"', /must have at most \d+ days/],
  ])('refuses %s, in words', async (_what, period, message) => {
    const answer = await ask(`{ ${query(`{ firstDay: ${period} }`)} }`);
    expect([codeOf(answer), answer.body.errors?.[0]?.message]).toEqual([
      'BAD_USER_INPUT',
      expect.stringMatching(message),
    ]);
    expect(asked).toEqual([]);
  });
});

test('a leap year by day and a quarter by hour are not too long', async () => {
  const [year, quarter] = [
    '{ firstDay: "2012-01-01", lastDay: "2012-12-31" }',
    '{ firstDay: "2012-07-01", lastDay: "2012-09-30" }',
  ];
  expect(codeOf(await ask(`{ ${queries['dailyRevenue']!(year)} }`))).toBeUndefined();
  expect(codeOf(await ask(`{ ${queries['hourlyRevenue']!(quarter)} }`))).toBeUndefined();
});

test('sums are exact at any size', async () => {
  const { body } = await ask(
    `{ dailyRevenue(period: ${december}, currency: "GBP") { units revenue { minorUnits decimal } } }`,
  );
  expect(body.data).toEqual({
    dailyRevenue: [
      { units: 2 ** 31, revenue: { minorUnits: null, decimal: '270215977642229.73' } },
    ],
  });
});

test('as many products are answered as are asked for', async () => {
  const top = async (args: string) => {
    const answer = await ask(
      `{ topProducts(period: ${december}, currency: "GBP"${args}) { sku } }`,
    );
    return codeOf(answer) ?? (answer.body.data?.['topProducts'] as unknown[]).length;
  };
  expect(await top('')).toBe(10);
  expect(await top(', by: UNITS, first: 200')).toBe(200);
  expect(await top(', first: 0')).toBe('BAD_USER_INPUT');
  expect(await top(', first: 201')).toBe('BAD_USER_INPUT');
});

test.each(['gbp', 'POUNDS', ''])('%j is no currency', async (currency) => {
  const answer = await ask(
    `{ couponSales(period: ${december}, currency: "${currency}") { code } }`,
  );
  expect(codeOf(answer)).toBe('BAD_USER_INPUT');
});

test('staff are told the time zone of the shop', async () => {
  expect((await ask('{ shopTimeZone }')).body.data).toEqual({ shopTimeZone: 'Asia/Kathmandu' });
  expect(codeOf(await ask('{ shopTimeZone }', 'customer:ann'))).toBe('FORBIDDEN');
});
