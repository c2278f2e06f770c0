import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClaimCart, MergeCart } from '../../src/domain/cart/commands.js';
import { cartDecider, createCartDecider } from '../../src/domain/cart/decide.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import type { ClaimStrategy, MergedLine } from '../../src/domain/cart/lifecycle-events.js';
import { quantityOf } from '../../src/domain/cart/lines.js';
import type { CartState } from '../../src/domain/cart/state.js';
import {
  added,
  applied,
  CART_ID,
  changed,
  checkedOut,
  existing,
  LATER,
  opened,
  percentOff,
} from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const GUESTS = '0193a000-0000-7000-8000-0000000000aa';
const strategies = ['SUM', 'MAX', 'GUEST', 'CUSTOMER'] as const;

const annsCart: CartEvent = {
  type: 'CartOpened',
  data: { cartId: CART_ID, currency: 'GBP', customerId: 'ann', tokenHash: null },
};
const foldOf = (events: readonly CartEvent[]): CartState =>
  events.reduce<CartState>(
    (state, event, at) => cartDecider.evolve(state, recordedAs(event, at)),
    cartDecider.initial,
  );
const holding = (...events: CartEvent[]) => existing(foldOf([opened(), ...events]));

const claim = (...customersCarts: ClaimCart['customersCarts'][number][]): ClaimCart => ({
  ...{ type: 'ClaimCart', at: LATER, customerId: 'ann', tokenHash: 'b'.repeat(64) },
  ...{ strategy: 'SUM', customersCarts },
});
const merge = (strategy: ClaimStrategy, ...guests: CartEvent[]): MergeCart => ({
  ...{ type: 'MergeCart', at: LATER, fromCartId: GUESTS, fromRevision: 9, strategy },
  from: holding(...guests),
  customerId: 'ann',
  opening: { cartId: CART_ID, currency: 'GBP', customerId: 'ann', tokenHash: null },
});
const claimed = (intoCartId: string | null): CartEvent => ({
  type: 'CartClaimed',
  data: { customerId: 'ann', tokenHash: 'b'.repeat(64), strategy: 'SUM', intoCartId },
});

describe("claiming a guest's cart", () => {
  test('makes it the customer’s, with another secret', () => {
    given(opened(), added('MUG', 1, 295))
      .when(claim())
      .then([claimed(null)]);
    expect(given(opened(), claimed(null)).state).toMatchObject({
      ...{ status: 'OPEN', customerId: 'ann', tokenHash: 'b'.repeat(64) },
    });
  });

  test('names the cart of the same currency that takes its contents, and closes it', () => {
    const euros = { cartId: 'in euros', currency: 'EUR' };
    const pounds = { cartId: 'in pounds', currency: 'GBP' };
    given(opened())
      .when(claim(euros, pounds, { ...pounds, cartId: 'an older one' }))
      .then([claimed('in pounds')]);
    given(opened(), claimed('in pounds'))
      .when({ type: 'RemoveItem', at: LATER, sku: 'MUG' })
      .then({ code: 'CART_CLOSED' });
  });

  test('in a currency that no cart of the customer has: it goes on as theirs', () => {
    given(opened())
      .when(claim({ cartId: 'in euros', currency: 'EUR' }))
      .then([claimed(null)]);
  });

  test('is never into itself', () => {
    given(opened())
      .when(claim({ cartId: CART_ID, currency: 'GBP' }))
      .then([claimed(null)]);
  });

  test('that a customer has already: nothing happens', () => {
    given(annsCart).when(claim()).then({ code: 'ALREADY_CLAIMED' });
    given(opened(), claimed(null)).when(claim()).then({ code: 'ALREADY_CLAIMED' });
  });

  test('that was checked out: the cart is closed', () => {
    given(opened(), added('MUG', 1, 295), checkedOut(295))
      .when(claim())
      .then({ code: 'CART_CLOSED' });
  });

  test('that was abandoned revives it', () => {
    const abandoned: CartEvent = { type: 'CartAbandoned', data: { idleSince: 0 } };
    const events = cartDecider.decide(claim(), foldOf([opened(), abandoned]));
    expect('accepted' in events && events.accepted.map(({ type }) => type)).toEqual([
      'CartRevived',
      'CartClaimed',
    ]);
  });
});

/** Ann holds 3 mugs and a pen; the guest holds `guests` mugs at another price, and a vase. */
function mergedOf(strategy: ClaimStrategy, guests: number) {
  const anns = [annsCart, added('MUG', 3, 295), added('PEN', 1, 100)];
  const command = merge(strategy, added('MUG', guests, 350), added('VASE', 1, 900));
  const decision = cartDecider.decide(command, foldOf(anns));
  if ('rejected' in decision) throw new Error(decision.rejected.code);
  const { lines } = existing(foldOf([...anns, ...decision.accepted]));
  return lines.map(({ sku, portions }) => [
    sku,
    portions.map(({ quantity, unitPrice }) => `${quantity} at ${unitPrice}`).join(', '),
  ]);
}

describe('merging', () => {
  test.each([
    { strategy: 'SUM', guests: 2, mugs: '3 at 295, 2 at 350' },
    { strategy: 'MAX', guests: 2, mugs: '3 at 295' },
    { strategy: 'MAX', guests: 3, mugs: '3 at 295' },
    { strategy: 'MAX', guests: 4, mugs: '4 at 350' },
    { strategy: 'GUEST', guests: 2, mugs: '2 at 350' },
    { strategy: 'CUSTOMER', guests: 4, mugs: '3 at 295' },
  ] as const)('$guests mugs by $strategy: $mugs; what one cart has alone stays', (example) => {
    expect(mergedOf(example.strategy, example.guests)).toEqual([
      ['MUG', example.mugs],
      ['PEN', '1 at 100'],
      ['VASE', '1 at 900'],
    ]);
  });

  test('says line by line what became of the guest’s', () => {
    const line = (fields: Partial<MergedLine> & { sku: string }): MergedLine => ({
      ...{ name: `THE ${fields.sku}`, guestQuantity: 1, customerQuantity: 0 },
      ...{ keepsCustomers: false, taken: [], refusal: null, ...fields },
    });
    const taken = (quantity: number, unitPrice: number) => ({ quantity, unitPrice });
    const lines = [
      line({
        sku: 'MUG',
        guestQuantity: 3,
        customerQuantity: 2,
        keepsCustomers: true,
        taken: [taken(2, 350), taken(1, 360)],
      }),
      line({ sku: 'VASE', taken: [taken(1, 900)] }),
    ];
    given(annsCart, added('MUG', 2, 295))
      .when(merge('SUM', added('MUG', 2, 350), changed('MUG', 2, 3, 360), added('VASE', 1, 900)))
      .then([
        {
          type: 'CartMerged',
          data: { fromCartId: GUESTS, fromRevision: 9, strategy: 'SUM', lines, coupons: [] },
        },
      ]);
  });

  test('leaves out what passes a limit, and says so', () => {
    const small = createCartDecider({ maxLines: 2, maxUnitsPerLine: 5, maxCoupons: 1 });
    const anns = foldOf([annsCart, added('MUG', 3, 295), added('PEN', 1, 100)]);
    const command = merge('SUM', added('MUG', 2, 350), added('PEN', 5, 90), added('VASE', 1, 900));
    const decision = small.decide(command, anns);
    const [event] = 'accepted' in decision ? decision.accepted : [];
    expect(event).toMatchObject({
      data: {
        lines: [
          { sku: 'MUG', taken: [{ quantity: 2 }], refusal: null },
          { sku: 'PEN', taken: [{ quantity: 4 }], refusal: 'QUANTITY_LIMIT' },
          { sku: 'VASE', taken: [], refusal: 'LINE_LIMIT' },
        ],
      },
    });
  });

  test('leaves out a line after which the total could not be counted exactly', () => {
    const half = Math.floor(Number.MAX_SAFE_INTEGER / 2);
    const anns = foldOf([annsCart, added('GOLD', 2, half)]);
    const decision = cartDecider.decide(
      merge('SUM', added('GOLD', 1, half), added('PEN', 1, 1)),
      anns,
    );
    const [event] = 'accepted' in decision ? decision.accepted : [];
    expect(event).toMatchObject({
      data: {
        lines: [
          { sku: 'GOLD', keepsCustomers: true, taken: [], refusal: 'MONEY_OVERFLOW' },
          { sku: 'PEN', taken: [{ quantity: 1 }], refusal: null },
        ],
      },
    });
  });

  test('brings the guest’s coupons that the cart can have, and names the others', () => {
    const ten = applied('TEN', percentOff(10));
    const old = applied('OLD', percentOff(5, { validUntil: 1 }));
    const five = applied('FIVE', percentOff(5));
    const decision = cartDecider.decide(merge('SUM', ten, old, five), foldOf([annsCart, ten]));
    expect(decision).toMatchObject({
      accepted: [
        five,
        {
          type: 'CartMerged',
          data: {
            coupons: [
              { code: 'TEN', refusal: 'COUPON_ALREADY_APPLIED' },
              { code: 'OLD', refusal: 'COUPON_INVALID' },
              { code: 'FIVE', refusal: null },
            ],
          },
        },
      ],
    });
  });

  test('does not bring back a coupon that was withdrawn on the guest’s cart', () => {
    const lapsed: CartEvent = { type: 'CouponLapsed', data: { code: 'HALF', reason: 'WITHDRAWN' } };
    const guests = [applied('HALF', percentOff(50)), lapsed];
    for (const events of [[annsCart], [annsCart, ...guests], []]) {
      const decision = cartDecider.decide(merge('SUM', ...guests), foldOf(events));
      if ('rejected' in decision) throw new Error(decision.rejected.code);
      expect(decision.accepted.at(-1)).toMatchObject({
        data: { coupons: [{ code: 'HALF', refusal: 'COUPON_INVALID' }] },
      });
      expect(decision.accepted.map(({ type }) => type)).not.toContain('CouponApplied');
    }
  });

  test('opens a cart where there is none', () => {
    const decision = cartDecider.decide(merge('SUM', added('MUG', 2, 350)), foldOf([]));
    const events = 'accepted' in decision ? decision.accepted : [];
    expect(events.map(({ type }) => type)).toEqual(['CartOpened', 'CartMerged']);
    expect(foldOf(events)).toMatchObject({ customerId: 'ann', lines: [{ sku: 'MUG' }] });
  });

  test('into a cart of another customer or currency: not found', () => {
    given(opened()).when(merge('SUM')).then({ code: 'NOT_FOUND' });
    const euros = { ...annsCart, data: { ...annsCart.data, currency: 'EUR' } } as CartEvent;
    given(euros).when(merge('SUM')).then({ code: 'NOT_FOUND' });
  });

  test('loses no unit and invents none, by any strategy', () => {
    const items = fc.array(
      fc.record({
        sku: fc.constantFrom('A', 'B', 'C', 'D'),
        quantity: fc.integer({ min: 1, max: 9 }),
        price: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 6 },
    );
    const eventsOf = (list: readonly { sku: string; quantity: number; price: number }[]) =>
      list.map(({ sku, quantity, price }) => added(sku, quantity, price));
    fc.assert(
      fc.property(items, items, fc.constantFrom(...strategies), (guests, anns, strategy) => {
        const own = [annsCart, ...eventsOf(anns)];
        const command = merge(strategy, ...eventsOf(guests));
        const before = existing(foldOf(own));
        const decision = cartDecider.decide(command, before);
        if ('rejected' in decision) throw new Error(decision.rejected.code);
        const after = existing(foldOf([...own, ...decision.accepted]));
        const unitsIn = ({ lines }: Pick<typeof after, 'lines'>, sku: string) =>
          lines.filter((line) => line.sku === sku).reduce((sum, line) => sum + quantityOf(line), 0);
        for (const sku of ['A', 'B', 'C', 'D']) {
          const [guest, customer] = [
            unitsIn(holding(...eventsOf(guests)), sku),
            unitsIn(before, sku),
          ];
          const expected = {
            SUM: guest + customer,
            MAX: Math.max(guest, customer),
            GUEST: guest === 0 ? customer : guest,
            CUSTOMER: customer === 0 ? guest : customer,
          };
          expect(unitsIn(after, sku)).toBe(expected[strategy]);
        }
      }),
    );
  });
});
