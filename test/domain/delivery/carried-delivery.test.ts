// Address, shipping method and gift note go where the goods go: into a copy, into a merged cart, and
// back where an undo finds them. Taxes and shipping are those of now.
import { describe, expect, test } from '@jest/globals';
import type { MergeCart, Undo, UndoableChange } from '../../../src/domain/cart/commands.js';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import { eventsOfChange, touchedBy } from '../../../src/domain/cart/decide-undo.js';
import type { CarriedDelivery } from '../../../src/domain/cart/delivery/carry.js';
import type { CartEvent } from '../../../src/domain/cart/events.js';
import { added, CART_ID, existing, LATER, opened } from '../../controls/cart.js';
import {
  addressSet,
  GB,
  methodChosen,
  methodOffered,
  noteSet,
  sealed,
  taxedBy,
} from '../../controls/delivery.js';
import { vat } from '../../controls/tax.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(cartDecider);
const at = LATER;
const US = { country: 'US', region: null };
const others = { keyId: 'another key', sealed: 'b3RoZXI' };

const whole: CarriedDelivery = {
  shipTo: { ...GB, address: sealed },
  taxRules: [vat(20)],
  method: { code: 'POST', offer: methodOffered(490) },
  giftNote: sealed,
};
/** What a cart that had none of it takes over. */
const takenOver = [addressSet(), taxedBy(vat(20)), methodChosen(490), noteSet];

describe('a merge', () => {
  const annsCart: CartEvent = {
    type: 'CartOpened',
    data: { cartId: CART_ID, currency: 'GBP', customerId: 'ann', tokenHash: null },
  };
  const merge = (delivery: CarriedDelivery, strategy: MergeCart['strategy'] = 'SUM') =>
    ({
      ...{ type: 'MergeCart', at, fromCartId: 'guest', fromRevision: 9, strategy, delivery },
      from: { lines: [], coupons: [] },
      customerId: 'ann',
      opening: { cartId: CART_ID, currency: 'GBP', customerId: 'ann', tokenHash: null },
    }) as const satisfies MergeCart;
  const merged = (strategy: MergeCart['strategy'] = 'SUM'): CartEvent => ({
    type: 'CartMerged',
    data: { fromCartId: 'guest', fromRevision: 9, strategy, lines: [], coupons: [] },
  });
  const own = [
    addressSet(US, others),
    methodChosen(900, {}, 'COURIER'),
    { type: 'GiftNoteSet', data: { note: others } } as const,
  ];

  test('takes address, taxes, method and note along', () => {
    given(annsCart)
      .when(merge(whole))
      .then([...takenOver, merged()]);
  });

  test('opens a cart with them, where the customer’s is closed', () => {
    given()
      .when(merge(whole))
      .then([annsCart, ...takenOver, merged()]);
  });

  test('leaves what the customer’s cart has itself', () => {
    given(annsCart, ...own)
      .when(merge(whole))
      .then([merged()]);
  });

  test('by GUEST takes the guest’s instead', () => {
    given(annsCart, ...own)
      .when(merge(whole, 'GUEST'))
      .then([...takenOver, merged('GUEST')]);
  });

  test('brings an address where the customer had a place alone, and no place for an address', () => {
    const shipTo = { ...GB, address: null };
    const { method, giftNote, taxRules } = { ...whole, method: null, giftNote: null };
    given(annsCart, addressSet(US, null))
      .when(merge({ ...whole, method, giftNote }))
      .then([addressSet(), taxedBy(vat(20)), merged()]);
    given(annsCart, ...own)
      .when(merge({ shipTo, taxRules, method, giftNote }, 'GUEST'))
      .then([merged('GUEST')]);
  });

  test.each([
    ['was withdrawn', null],
    ['does not go there', methodOffered(490, { countries: ['US'] })],
    [
      'has no price in the currency',
      methodOffered(490, { prices: [{ currency: 'USD', minorUnits: 1, freeFrom: null }] }),
    ],
    ['would cost what cannot be counted', methodOffered(Number.MAX_SAFE_INTEGER)],
  ])('leaves out a method that %s', (_, offer) => {
    given(annsCart, added('MUG', 1, 100))
      .when(merge({ ...whole, method: { code: 'POST', offer } }))
      .then([addressSet(), taxedBy(vat(20)), noteSet, merged()]);
  });
});

test('a copy takes it along, before its lines', () => {
  const source = { fromCartId: 'another', fromRevision: 4 };
  const forked = { ...source, lines: [], refused: [], coupons: [] };
  given()
    .when({
      ...{ type: 'ForkCart', at, ...opened().data, ...source, lines: [], coupons: [] },
      delivery: whole,
    })
    .then([opened(), ...takenOver, { type: 'CartForked', data: forked }]);
});

describe('an undo', () => {
  const start = [opened(), added('MUG', 1, 100)];
  const foldOf = (events: readonly CartEvent[]) => existing(given(...events).state);

  /** Of the last change; `carried` is what the shop has now of the cart before it. */
  function undoOf(events: readonly CartEvent[], carried: Partial<CarriedDelivery>): Undo {
    const [last, ...earlier] = events.toReversed();
    const touched = touchedBy(last!, earlier);
    const before = foldOf(events.slice(0, events.length - eventsOfChange(last!, earlier)));
    const event = { type: last!.type, revision: events.length - 1 };
    const change: UndoableChange | null = touched && {
      ...{ event, ...touched, before, after: foldOf(events) },
    };
    const none = { shipTo: null, taxRules: [], method: null, giftNote: null };
    return { type: 'Undo', at, change, couponOffer: null, delivery: { ...none, ...carried } };
  }
  const typesAfter = (events: readonly CartEvent[], carried: Partial<CarriedDelivery>) => {
    const decision = cartDecider.decide(undoOf(events, carried), foldOf(events));
    return 'accepted' in decision ? decision.accepted : decision.rejected.code;
  };
  const gone = { type: 'ShippingAddressRemoved', data: GB } as const;
  const noMethod = { type: 'ShippingMethodRemoved', data: { code: 'POST' } } as const;
  const noNote = { type: 'GiftNoteRemoved', data: { keyId: sealed.keyId } } as const;
  const undone = (type: string, delivery: string, revision: number) => ({
    type: 'ChangeUndone',
    data: { undone: { type, revision }, lines: [], coupon: null, delivery },
  });

  const { shipTo, taxRules, method, giftNote } = whole;
  const there = { shipTo, taxRules };
  test.each([
    ['a first address', [], [addressSet()], {}, [gone], 'ADDRESS'],
    ['one with its taxes', [], [addressSet(), taxedBy(vat(20))], {}, [gone], 'ADDRESS'],
    [
      'another one',
      [addressSet()],
      [addressSet(US, others)],
      there,
      takenOver.slice(0, 2),
      'ADDRESS',
    ],
    ['a removed one', [addressSet()], [gone], there, takenOver.slice(0, 2), 'ADDRESS'],
    ['a method', [addressSet()], [methodChosen(490)], {}, [noMethod], 'SHIPPING_METHOD'],
    [
      ...['a removed method', [addressSet(), methodChosen(300)], [noMethod], { method }],
      ...[[methodChosen(490)], 'SHIPPING_METHOD'],
    ],
    ['a note', [], [noteSet], {}, [noNote], 'GIFT_NOTE'],
    ['a removed note', [noteSet], [noNote], { giftNote }, [noteSet], 'GIFT_NOTE'],
  ] as [string, CartEvent[], CartEvent[], Partial<CarriedDelivery>, CartEvent[], string][])(
    'of %s restores what was there',
    (_, before, change, carried, restored, part) => {
      const events = [...start, ...before, ...change];
      const { type } = change.at(-1)!;
      const last = undone(type, part, events.length - 1);
      expect(typesAfter(events, carried)).toEqual([...restored, last]);
    },
  );

  test('of an undo restores what that took away, with its taxes', () => {
    const events = [...start, addressSet(), taxedBy(vat(20)), gone] as const;
    const took = undone('TaxRulesApplied', 'ADDRESS', 3) as CartEvent;
    const expected = [...takenOver.slice(0, 2), undone('ChangeUndone', 'ADDRESS', 5)];
    expect(typesAfter([...events, took], there)).toEqual(expected);
    const restored = [...events, took, ...(expected as CartEvent[])];
    expect(typesAfter(restored, {})).toEqual([gone, undone('ChangeUndone', 'ADDRESS', 8)]);
  });

  test.each([
    ['another price of the same method', [addressSet(), methodChosen(300), methodChosen(490)]],
    ['other taxes of the same place', [addressSet(), noteSet, taxedBy(vat(20))]],
    ['a removed note whose person was erased', [noteSet, noNote]],
  ])('of %s: there is nothing to undo', (_, events) => {
    expect(typesAfter([...start, ...events], { shipTo, method })).toBe('NOTHING_TO_UNDO');
  });

  test('of what another caller has changed since: nothing happens', () => {
    const mine = [...start, addressSet()];
    given(...mine, addressSet(US, others))
      .when(undoOf(mine, {}))
      .then({ code: 'CHANGED_SINCE' });
  });

  test('of a removed method that was withdrawn since: it does not come back', () => {
    const events = [...start, addressSet(), methodChosen(300), noMethod];
    const offer = null;
    expect(typesAfter(events, { method: { code: 'POST', offer } })).toBe('SHIPPING_UNAVAILABLE');
  });
});
