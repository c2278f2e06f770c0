// Why a cart comes to what it does: parts that sum to the total, each with its event, in words.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { type CartState, evolve, initialCart } from '../../src/domain/cart/state.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { explain } from '../../src/time-travel/explain.js';
import {
  added,
  amountOff,
  applied,
  changed,
  existing,
  LATER,
  opened,
  percentOff,
} from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';

function explained(...events: readonly CartEvent[]) {
  const history = events.map((event, revision) => {
    const recorded = recordedAs(event, revision);
    const { id, type } = recorded;
    const metadata = { schemaVersion: 1, occurredAt: new Date(recorded.occurredAt).toISOString() };
    const place = { stream: 'cart-1', revision, position: BigInt(revision), recordedAt: 0 };
    return { event: recorded, stored: { id, type, data: event.data, metadata, ...place } };
  });
  const state = history.reduce<CartState>((so, { event }) => evolve(so, event), initialCart);
  const cart = existing(state);
  return { state: cart, ...explain(cart, history, LATER, standardRules) };
}

const sum = (amounts: readonly number[]) => amounts.reduce((so, amount) => so + amount, 0);

describe('an explanation', () => {
  test('cites for each price the event that put the units in, and what had offered it', () => {
    const fromCatalogue: CartEvent = {
      type: 'ItemAdded',
      data: { sku: 'MUG', name: 'A mug', quantity: 2, unitPrice: 250, offerRevision: 3 },
    };
    const { parts, total } = explained(opened(), fromCatalogue, added('MUG', 1, 300));
    expect(total).toBe(800);
    expect(parts).toMatchObject([
      {
        words: '2 × A mug at 2.50 GBP each, the offered price when they were added',
        amount: 500,
        cause: { event: { revision: 1 } },
        offer: { sku: 'MUG', revision: 3 },
      },
      { amount: 300, cause: { event: { revision: 2 } }, offer: null },
    ]);
  });

  test('tells what a coupon took off which line, and where a penny was moved', () => {
    const { parts } = explained(
      opened(),
      added('ONE', 1, 100),
      added('TWO', 1, 100),
      added('THREE', 1, 100),
      applied('HUNDRED', amountOff(100)),
    );
    expect(parts.at(-1)).toMatchObject({
      words:
        'Coupon HUNDRED (1.00 GBP off) takes 1.00 GBP off, spread over the lines in proportion to their value',
      amount: -100,
      shares: [
        { sku: 'ONE', amount: -34, isRoundedUp: true },
        { sku: 'TWO', amount: -33, isRoundedUp: false },
        { sku: 'THREE', amount: -33, isRoundedUp: false },
      ],
    });
  });

  test('says why a coupon gives nothing', () => {
    const late = percentOff(10, { validFrom: LATER + 1 });
    const { parts, total } = explained(opened(), added('MUG', 1, 100), applied('LATE', late));
    expect(parts.at(-1)).toMatchObject({ amount: 0, shares: [] });
    expect(parts.at(-1)?.words).toContain('gives no discount: It is not valid yet.');
    expect(total).toBe(100);
  });

  test('cites the change of a quantity where that set how many there are', () => {
    const { parts } = explained(opened(), added('MUG', 5, 100), changed('MUG', 5, 2));
    expect(parts[0]).toMatchObject({ amount: 200, cause: { event: { type: 'QuantityChanged' } } });
    expect(parts[0]?.words).toContain('lowering');
  });

  test('always sums to the total, and the shares of a coupon to its discount', () => {
    const line = fc.record({
      sku: fc.constantFrom('A', 'B', 'C', 'D'),
      quantity: fc.integer({ min: 1, max: 9 }),
      unitPrice: fc.integer({ min: 0, max: 9_999 }),
    });
    const percentages = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), percentages, (lines, coupons) => {
        const { state, parts, total } = explained(
          opened(),
          ...lines.map(({ sku, quantity, unitPrice }) => added(sku, quantity, unitPrice)),
          ...coupons.map((percent, index) => applied(`C${index}`, percentOff(percent))),
        );
        expect(total).toBe(viewCart(state, LATER, standardRules).totals.total);
        expect(sum(parts.map(({ amount }) => amount))).toBe(total);
        for (const { amount, shares } of parts.filter((part) => part.shares.length > 0)) {
          expect(sum(shares.map((share) => share.amount))).toBe(amount);
        }
      }),
    );
  });
});
