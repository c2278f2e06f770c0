// What is taxed by what: categories of products, rules of now, discounts first, shipping last.
import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import type { CartEvent } from '../../../src/domain/cart/events.js';
import { standardRules } from '../../../src/domain/cart/pricing.js';
import { viewCart } from '../../../src/domain/cart/view.js';
import {
  added,
  applied,
  amountOff,
  LATER,
  offered,
  opened,
  percentOff,
} from '../../controls/cart.js';
import { addressSet, categorizedAs, GB, methodChosen, taxedBy } from '../../controls/delivery.js';
import { NOON } from '../../controls/recorded.js';
import { salesTax, vat } from '../../controls/tax.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(cartDecider);
const books = vat(5, { category: 'books' });

function viewOf(events: readonly CartEvent[], at = LATER) {
  return viewCart(given(...events).state, at, standardRules);
}

function amounts(events: readonly CartEvent[], at = LATER) {
  const { totals, delivery, lines } = viewOf(events, at);
  return {
    total: totals.total,
    taxes: delivery?.taxes.map(({ amount }) => amount),
    lines: lines.map(({ tax }) => tax?.amount),
  };
}

describe('a tax in the prices', () => {
  const cart = [opened(), added('MUG', 2, 600), addressSet(), taxedBy(vat(20))];

  test('is shown, and changes no total', () => {
    expect(amounts(cart)).toEqual({ total: 1_200, taxes: [200], lines: [200] });
  });

  test('is a part of 0 that cites its event', () => {
    expect(viewOf(cart).totals.because.at(-1)).toMatchObject({
      label: 'VAT 20 % in 12.00 GBP: 2.00 GBP',
      amount: 0,
      revision: 3,
    });
  });

  test('is of what discounts leave', () => {
    expect(amounts([...cart, applied('HALF', percentOff(50))])).toEqual({
      ...{ total: 600, taxes: [100], lines: [100] },
    });
  });
});

describe('a tax on the prices', () => {
  const cart = [opened(), added('MUG', 1, 1_000), addressSet(), taxedBy(salesTax(8.875))];

  test('is added to them, and is a part of the total', () => {
    expect(amounts(cart)).toEqual({ total: 1_089, taxes: [89], lines: [89] });
    expect(viewOf(cart).totals.because.at(-1)).toMatchObject({
      label: 'Sales tax 8.875 % on 10.00 GBP',
      amount: 89,
      revision: 3,
    });
  });

  test('is rounded once, and spread: the line that lost most gets the minor unit', () => {
    const three = [opened(), added('A', 1, 10), added('B', 1, 20), added('C', 1, 10)];
    // 5 % of 0.40 is 0.02: half a minor unit of A and C, and one of B.
    expect(amounts([...three, addressSet(), taxedBy(salesTax(5))])).toEqual({
      ...{ total: 42, taxes: [2], lines: [1, 1, 0] },
    });
  });

  test('is nothing on goods that cost nothing', () => {
    expect(amounts([...cart, applied('ALL', percentOff(100))])).toEqual({
      ...{ total: 0, taxes: [], lines: [undefined] },
    });
  });
});

describe('the category of a product', () => {
  test('is stored before its first units, unless it is the standard one', () => {
    const offer = { ...offered('ATLAS', 1_000), taxCategory: 'books' };
    given(opened())
      .when({ type: 'AddItem', at: LATER, sku: 'ATLAS', quantity: 1, offer })
      .then([categorizedAs('books', 'ATLAS'), added('ATLAS', 1, 1_000)]);
    given(opened())
      .when({ type: 'AddItem', at: LATER, sku: 'MUG', quantity: 1, offer: offered('MUG', 600) })
      .then([added('MUG', 1, 600)]);
  });

  test('is stored again when more units come as another kind of goods', () => {
    given(opened(), categorizedAs('books', 'ATLAS'), added('ATLAS', 1, 1_000))
      .when({
        ...{ type: 'AddItem', at: LATER, sku: 'ATLAS', quantity: 1 },
        offer: { ...offered('ATLAS', 1_000), taxCategory: null },
      })
      .then([categorizedAs('standard', 'ATLAS'), added('ATLAS', 1, 1_000)]);
  });

  test('decides its rule; where it has none, the standard rule counts', () => {
    const cart = [
      opened(),
      ...[categorizedAs('books', 'ATLAS'), added('ATLAS', 1, 1_050)],
      ...[categorizedAs('toys', 'BEAR'), added('BEAR', 1, 600)],
      ...[added('MUG', 1, 600), addressSet()],
    ];
    expect(amounts([...cart, taxedBy(vat(20), books)])).toEqual({
      ...{ total: 2_250, taxes: [50, 200], lines: [50, 100, 100] },
    });
    expect(amounts([...cart, taxedBy(books)])).toEqual({
      ...{ total: 2_250, taxes: [50], lines: [50, undefined, undefined] },
    });
  });
});

describe('a rule that begins later', () => {
  const begins = LATER + 1_000;
  const cart = [
    opened(),
    ...[added('MUG', 1, 1_200), addressSet()],
    taxedBy(vat(20), salesTax(10, { holdsFrom: begins })),
  ];

  test('counts from its instant on, which is told before', () => {
    expect(amounts(cart, begins - 1)).toMatchObject({ total: 1_200, taxes: [200] });
    expect(viewOf(cart, begins - 1).nextBoundaryAt).toBe(begins);
    expect(amounts(cart, begins)).toMatchObject({ total: 1_320, taxes: [120] });
    expect(viewOf(cart, begins).nextBoundaryAt).toBeNull();
  });
});

describe('shipping', () => {
  const cart = [opened(), added('MUG', 1, 1_200), addressSet()];

  test('is a part of the total that cites its event', () => {
    const { totals } = viewOf([...cart, methodChosen(490)]);
    expect(totals.total).toBe(1_690);
    expect(totals.because.at(-1)).toMatchObject({
      ...{ label: 'Shipping by Post', amount: 490, revision: 3 },
    });
  });

  test('is free from an amount of goods on, after discounts', () => {
    const free = [...cart, methodChosen(490, { freeFrom: 1_200 })];
    expect(amounts(free).total).toBe(1_200);
    expect(amounts([...free, applied('PENNY', amountOff(1))]).total).toBe(1_199 + 490);
  });

  test('is no part of what a coupon takes off', () => {
    const events = [...cart, methodChosen(490), applied('ALL', percentOff(100))];
    expect(amounts(events).total).toBe(490);
  });

  test('is taxed as its category says', () => {
    expect(amounts([...cart, taxedBy(salesTax(20)), methodChosen(500)])).toEqual({
      ...{ total: 1_700 + 340, taxes: [340], lines: [240] },
    });
    const free = methodChosen(500, { taxCategory: 'post' });
    const exempt = taxedBy(salesTax(20), salesTax(0, { category: 'post' }));
    expect(amounts([...cart, exempt, free])).toMatchObject({ total: 1_700 + 240, taxes: [240, 0] });
  });

  test('to a country where the method does not go costs nothing and says why', () => {
    const gone = [
      ...cart,
      methodChosen(490, { countries: ['GB'] }),
      addressSet({ ...GB, country: 'FR' }),
    ];
    const { totals, delivery } = viewOf(gone);
    expect(totals.total).toBe(1_200);
    expect(delivery?.shipping).toMatchObject({
      ...{ amount: 0, eligible: false, reason: 'It does not go to FR.' },
    });
  });
});

test('a corrected formula corrects the taxes of past carts', () => {
  const cart = [opened(), added('MUG', 1, 1_000), addressSet(), taxedBy(salesTax(8.875))];
  const down = { ...standardRules, version: 2, taxOf: () => 88 };
  expect(viewCart(given(...cart).state, NOON, down).totals.total).toBe(1_088);
});
