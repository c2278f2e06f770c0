// What holds for every cart, whatever was asked of it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { standardRules } from '../../src/domain/cart/pricing.js';
import type { CartCommand } from '../../src/domain/cart/commands.js';
import { cartDecider } from '../../src/domain/cart/decide.js';
import { quantityOf } from '../../src/domain/cart/lines.js';
import { viewCart } from '../../src/domain/cart/view.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import {
  amountOff,
  CART_ID,
  couponOffered,
  existing,
  ORDER_ID,
  percentOff,
} from '../controls/cart.js';
import { NOON, recordedAs } from '../controls/recorded.js';

const skus = fc.constantFrom('A', 'B', 'C', 'D');
const prices = fc.oneof(fc.nat(5_000), fc.constant(Math.floor(Number.MAX_SAFE_INTEGER / 7)));
const at = fc.integer({ min: NOON, max: NOON + 100_000 });
const offers = (sku: string, price: number, currency: string) => ({
  sku,
  name: sku,
  prices: { [currency]: price },
  revision: null,
});

const commandIn = (currency: string): fc.Arbitrary<CartCommand> =>
  fc.oneof(
    fc
      .record({ at, sku: skus, quantity: fc.integer({ min: -1, max: 60_000 }), price: prices })
      .map(({ price, ...given }): CartCommand => ({
        type: 'AddItem',
        ...given,
        offer: offers(given.sku, price, currency),
      })),
    fc
      .record({ at, sku: skus, quantity: fc.nat(110_000), price: prices })
      .map(({ price, ...given }): CartCommand => ({
        type: 'ChangeQuantity',
        ...given,
        offer: offers(given.sku, price, currency),
      })),
    fc.record({ at, sku: skus }).map((given): CartCommand => ({ type: 'RemoveItem', ...given })),
    fc
      .record({ at, percent: fc.integer({ min: 1, max: 100 }) })
      .map(({ percent, ...given }): CartCommand => ({
        type: 'ApplyCoupon',
        ...given,
        code: `P${percent}`,
        coupon: couponOffered(percentOff(percent, { validUntil: NOON + 50_000 })),
      })),
    fc
      .record({ at, minorUnits: fc.integer({ min: 1, max: 9_999 }) })
      .map(({ minorUnits, ...given }): CartCommand => {
        const discount = { kind: 'AMOUNT', minorUnits, currency } as const;
        const terms = { ...amountOff(1), discount };
        return {
          type: 'ApplyCoupon',
          ...given,
          code: `A${minorUnits}`,
          coupon: couponOffered(terms),
        };
      }),
  );

const histories = fc.constantFrom('JPY', 'GBP', 'KWD').chain((currency) =>
  fc.record({
    currency: fc.constant(currency),
    commands: fc.array(commandIn(currency), { maxLength: 40 }),
  }),
);

function eventsOf(currency: string, commands: readonly CartCommand[]): CartEvent[] {
  const open = { type: 'OpenCart', at: NOON, cartId: CART_ID, customerId: null, tokenHash: null };
  const events: CartEvent[] = [];
  let state = cartDecider.initial;
  for (const command of [{ ...open, currency } as CartCommand, ...commands]) {
    const decision = cartDecider.decide(command, state);
    if ('rejected' in decision) continue;
    for (const event of decision.accepted) {
      state = cartDecider.evolve(state, recordedAs(event, events.length));
      events.push(event);
    }
  }
  return events;
}

const foldOf = (events: readonly CartEvent[]) =>
  events.reduce(
    (state, event, revision) => cartDecider.evolve(state, recordedAs(event, revision)),
    cartDecider.initial,
  );

const sum = (amounts: readonly number[]) => amounts.reduce((so, amount) => so + amount, 0);

describe('in every currency, at every moment', () => {
  test('the parts of the total, the lines and the portions all sum to it', () => {
    fc.assert(
      fc.property(histories, at, ({ currency, commands }, moment) => {
        const view = viewCart(foldOf(eventsOf(currency, commands)), moment, standardRules);
        const { totals, lines } = view;
        expect(sum(totals.because.map(({ amount }) => amount))).toBe(totals.total);
        expect(sum(lines.map(({ total }) => total))).toBe(totals.total);
        expect(totals.subtotal - totals.discount).toBe(totals.total);
        expect(sum(view.coupons.map(({ discount }) => discount))).toBe(totals.discount);
        for (const line of lines) {
          expect(sum(line.portions.map(({ total }) => total))).toBe(line.total);
          expect(line.portions.every(({ total, quantity }) => total >= 0 && quantity > 0)).toBe(
            true,
          );
        }
      }),
    );
  });

  test('no sequence of commands passes a limit or what can be counted exactly', () => {
    fc.assert(
      fc.property(histories, ({ currency, commands }) => {
        const state = existing(foldOf(eventsOf(currency, commands)));
        expect(state.lines.every((line) => quantityOf(line) <= 100_000)).toBe(true);
        expect(state.coupons.length).toBeLessThanOrEqual(10);
        expect(Number.isSafeInteger(viewCart(state, NOON, standardRules).totals.subtotal)).toBe(
          true,
        );
      }),
    );
  });

  test('every placed order is for what the cart came to, line by line', () => {
    fc.assert(
      fc.property(histories, at, ({ currency, commands }, moment) => {
        const state = existing(foldOf(eventsOf(currency, commands)));
        fc.pre(state.lines.length > 0);
        const expectedTotal = viewCart(state, moment, standardRules).totals.total;
        const checkOut = {
          type: 'CheckOut',
          at: moment,
          expectedTotal,
          rules: standardRules,
          orderId: ORDER_ID,
          contact: null,
        } as const;
        expect(cartDecider.decide(checkOut, state)).toHaveProperty('accepted');
      }),
    );
  });
});
