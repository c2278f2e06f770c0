// What holds for every cart with taxes and shipping: parts sum to wholes, in every currency.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import type { CartEvent } from '../../../src/domain/cart/events.js';
import { standardPricing, standardRules } from '../../../src/domain/cart/pricing.js';
import { price } from '../../../src/domain/cart/price.js';
import { viewCart } from '../../../src/domain/cart/view.js';
import { orderOf } from '../../../src/domain/order/commands.js';
import { taxOf } from '../../../src/domain/tax/rule.js';
import {
  added,
  applied,
  checkedOut,
  existing,
  LATER,
  opened,
  percentOff,
} from '../../controls/cart.js';
import { addressSet, categorizedAs, methodChosen, taxedBy } from '../../controls/delivery.js';
import { recordedAs } from '../../controls/recorded.js';
import { vat } from '../../controls/tax.js';

const categories = ['standard', 'books', 'food'];
const rule = fc
  .record({
    category: fc.constantFrom(...categories),
    percent: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(8.875, 5.5, 0.0001)),
    pricesIncludeTax: fc.boolean(),
  })
  .map(({ percent, ...terms }) => vat(percent, terms));
const line = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  unitPrice: fc.oneof(fc.nat(300), fc.nat(100_000)),
  category: fc.constantFrom(...categories),
});

const carts = fc
  .record({
    currency: fc.constantFrom('JPY', 'GBP', 'KWD'),
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    rules: fc.uniqueArray(rule, { selector: ({ category }) => category, maxLength: 3 }),
    percentages: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 2 }),
    shipping: fc.option(fc.record({ fee: fc.nat(2_000), freeFrom: fc.option(fc.nat(50_000)) })),
  })
  .map(({ currency, lines, rules, percentages, shipping }) => {
    const events: CartEvent[] = [opened(currency)];
    lines.forEach(({ quantity, unitPrice, category }, n) => {
      events.push(categorizedAs(category, `P${n}`), added(`P${n}`, quantity, unitPrice));
    });
    percentages.forEach((percent, n) => events.push(applied(`C${n}`, percentOff(percent))));
    events.push(addressSet(), taxedBy(...rules));
    if (shipping !== null) {
      events.push(methodChosen(shipping.fee, { freeFrom: shipping.freeFrom, taxCategory: 'food' }));
    }
    return events;
  });

const foldOf = (events: readonly CartEvent[]) =>
  existing(
    events.reduce(
      (state, event, at) => cartDecider.evolve(state, recordedAs(event, at)),
      cartDecider.initial,
    ),
  );
const sum = (amounts: readonly number[]) => amounts.reduce((so, amount) => so + amount, 0);

test('the parts of the total sum to it, and the taxes of the lines to the taxes', () => {
  fc.assert(
    fc.property(carts, (events) => {
      const { totals, lines, delivery } = viewCart(foldOf(events), LATER, standardRules);
      expect(sum(totals.because.map(({ amount }) => amount))).toBe(totals.total);
      const onTop = delivery!.taxes.filter(({ included }) => !included);
      const goods = sum(lines.map(({ total }) => total));
      const charged = (delivery!.shipping?.amount ?? 0) + sum(onTop.map(({ amount }) => amount));
      expect(totals.total).toBe(goods + charged);
      expect(goods).toBe(totals.subtotal - totals.discount);
    }),
  );
});

test('a tax is computed once on all that it is for, and each part is at most one unit off', () => {
  fc.assert(
    fc.property(carts, (events) => {
      const state = foldOf(events);
      const { charges, portions } = price(state, LATER, standardRules);
      const left = portions.flat().map(({ subtotal, discount }) => subtotal - discount);
      for (const { rule: of, base, amount, shares, isOn, ofShipping } of charges.taxes) {
        expect(amount).toBe(taxOf(of, base));
        expect(sum(shares) + ofShipping).toBe(amount);
        shares.forEach((share, index) => {
          if (!isOn[index]) expect(share).toBe(0);
          const exact = (amount * (isOn[index] ? left[index]! : 0)) / base;
          expect(Math.abs(share - exact)).toBeLessThan(1);
          if (of.pricesIncludeTax) expect(share).toBeLessThanOrEqual(left[index]!);
        });
      }
      const bases = sum(charges.taxes.map(({ base }) => base));
      expect(bases).toBeLessThanOrEqual(sum(left) + (charges.shipping?.amount ?? 0));
    }),
  );
});

test('the order agrees with its cart to the minor unit', () => {
  fc.assert(
    fc.property(carts, (events) => {
      const { total } = viewCart(foldOf(events), LATER, standardRules).totals;
      const cart = foldOf([...events, checkedOut(total)]);
      if (cart.status !== 'CHECKED_OUT') throw new RangeError('It is not checked out');
      const { order } = orderOf(cart, LATER, cart.orderId, standardPricing);
      const { shipping, taxes } = order.delivery!;
      expect(order.total).toBe(total);
      const onTop = taxes.filter(({ included }) => !included).map(({ amount }) => amount);
      expect(sum(order.lines.map((one) => one.total)) + (shipping?.amount ?? 0) + sum(onTop)).toBe(
        total,
      );
      for (const { amount, inLines, inShipping } of taxes) {
        expect(inLines).toHaveLength(order.lines.length);
        expect(sum(inLines) + inShipping).toBe(amount);
      }
    }),
  );
});

test('a cart whose rules and shipping are taken away costs what it did before', () => {
  fc.assert(
    fc.property(carts, (events) => {
      const plain = events.filter(
        ({ type }) => type === 'CartOpened' || type === 'ItemAdded' || type === 'CouponApplied',
      );
      const bare = viewCart(foldOf(plain), LATER, standardRules).totals;
      const removed: CartEvent[] = [
        ...events,
        { type: 'ShippingAddressRemoved', data: { country: 'GB', region: null } },
        { type: 'ShippingMethodRemoved', data: { code: 'POST' } },
      ];
      const { totals } = viewCart(foldOf(removed), LATER, standardRules);
      expect(totals.total).toBe(bare.total);
      expect(totals.because.map(({ amount }) => amount)).toEqual(
        bare.because.map(({ amount }) => amount),
      );
    }),
  );
});
