// What is told afterwards of where a cart went: why it cost what it did, and what changed between two
// moments.
import { describe, expect, test } from '@jest/globals';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { type CartState, evolve, initialCart } from '../../src/domain/cart/state.js';
import { changesBetween } from '../../src/time-travel/cart-diff.js';
import { explain } from '../../src/time-travel/explain.js';
import { added, existing, LATER, opened } from '../controls/cart.js';
import { addressSet, GB, methodChosen, noteSet, taxedBy } from '../controls/delivery.js';
import { eventIdAt, recordedAs } from '../controls/recorded.js';
import { salesTax, vat } from '../controls/tax.js';

function folded(events: readonly CartEvent[]) {
  const state = events.reduce<CartState>(
    (so, event, at) => evolve(so, recordedAs(event, at)),
    initialCart,
  );
  return existing(state);
}

function explained(...events: readonly CartEvent[]) {
  const history = events.map((event, revision) => {
    const recorded = recordedAs(event, revision);
    const { id, type } = recorded;
    const metadata = { schemaVersion: 1, occurredAt: new Date(recorded.occurredAt).toISOString() };
    const place = { stream: 'cart-1', revision, position: BigInt(revision), recordedAt: 0 };
    return { event: recorded, stored: { id, type, data: event.data, metadata, ...place } };
  });
  return explain(folded(events), history, LATER, standardRules);
}

const sum = (parts: readonly { readonly amount: number }[]) =>
  parts.reduce((so, { amount }) => so + amount, 0);

describe('the explanation of a total', () => {
  test('has shipping, and each tax with the share of each line, and sums to it', () => {
    const { parts, total } = explained(
      ...[opened(), added('A', 1, 10), added('B', 1, 20), added('C', 1, 10)],
      ...[addressSet(), taxedBy(salesTax(5)), methodChosen(490, { taxCategory: 'none' })],
    );
    expect(sum(parts)).toBe(total);
    // 5 % of 0.40 and of 4.90 is 26.5, half up.
    expect(parts.slice(3)).toMatchObject([
      { words: 'Shipping by Post for 4.90 GBP', amount: 490, cause: { event: { revision: 6 } } },
      {
        words:
          'Sales tax 5 % (GB, standard) adds 0.27 GBP to 5.30 GBP, 0.25 GBP of it for shipping',
        amount: 27,
        cause: { event: { revision: 5 } },
        shares: [
          { sku: 'A', amount: 1, isRoundedUp: true },
          { sku: 'B', amount: 1, isRoundedUp: false },
          { sku: 'C', amount: 0, isRoundedUp: false },
        ],
      },
    ]);
  });

  test('says of a tax in the prices that it adds nothing', () => {
    const { parts, total } = explained(
      opened(),
      added('MUG', 1, 1_200),
      addressSet(),
      taxedBy(vat(20)),
    );
    expect(total).toBe(1_200);
    expect(parts.at(-1)).toMatchObject({
      words: 'VAT 20 % (GB, standard): 2.00 GBP of the prices of 12.00 GBP, so nothing is added',
      amount: 0,
      shares: [{ sku: 'MUG', amount: 200 }],
    });
  });

  test.each([
    [
      { freeFrom: 1_000 },
      'Shipping by Post for 4.90 GBP, free from 10.00 GBP of goods: the goods come to 12.00 GBP',
    ],
    [{ countries: ['IE'] }, 'Shipping by Post costs nothing: It does not go to GB.'],
  ])('says why shipping on the terms %p costs nothing', (terms, words) => {
    const { parts } = explained(
      ...[opened(), added('MUG', 1, 1_200), addressSet(), methodChosen(490, terms)],
    );
    expect(parts.at(-1)).toMatchObject({ words, amount: 0 });
  });
});

describe('the difference between two moments', () => {
  const before = [opened(), added('MUG', 1, 1_200)];
  const between: readonly CartEvent[] = [
    ...[addressSet(), taxedBy(salesTax(10)), methodChosen(490), noteSet],
  ];
  const changes = changesBetween(
    { state: folded(before), at: LATER },
    { state: folded([...before, ...between]), at: LATER },
    between.map((event, index) => recordedAs(event, before.length + index)),
    standardRules,
  );
  const ofDelivery = [2, 3, 4, 5].map(eventIdAt);

  test('is told by path, without the words of the person', () => {
    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      ['totals.total', '18.59'],
      ['delivery.shipTo', 'GB'],
      ['delivery.address', 'set at revision 2'],
      ['delivery.shippingMethod', 'Post'],
      ['totals.shipping', '4.90'],
      ['delivery.giftNote', 'set at revision 5'],
      ['totals.tax.standard', 'Sales tax 10 %: 1.69'],
    ]);
  });

  test('cites the events about where it goes, and no line or coupon does', () => {
    for (const { eventIds } of changes) expect(eventIds).toEqual(ofDelivery);
    const discount = changesBetween(
      { state: folded(before), at: LATER },
      { state: folded([...before, added('MUG', 1, 1_200), addressSet(GB)]), at: LATER },
      [recordedAs(added('MUG', 1, 1_200), 2), recordedAs(addressSet(GB), 3)],
      standardRules,
    );
    const causes = new Map(discount.map(({ path, eventIds }) => [path, eventIds]));
    expect(causes.get('totals.subtotal')).toEqual([eventIdAt(2)]);
    expect(causes.get('delivery.shipTo')).toEqual([eventIdAt(3)]);
    expect(causes.get('totals.total')).toEqual([2, 3].map(eventIdAt));
  });
});
