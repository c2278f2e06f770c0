// Undo as the domain decides it. Which change is the caller's last is found in the log; here the
// last event of the history is it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CouponOffer, Undo } from '../../src/domain/cart/commands.js';
import { cartDecider, createCartDecider } from '../../src/domain/cart/decide.js';
import { eventsOfChange, touchedBy } from '../../src/domain/cart/decide-undo.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { quantityOf } from '../../src/domain/cart/lines.js';
import type { ExistingCartState } from '../../src/domain/cart/state.js';
import {
  added,
  applied,
  changed,
  couponOffered,
  existing,
  LATER,
  opened,
  percentOff,
} from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const removed = (sku: string, quantity: number): CartEvent => ({
  type: 'ItemRemoved',
  data: { sku, quantity },
});

const foldOf = (events: readonly CartEvent[]): ExistingCartState =>
  existing(
    events.reduce(
      (state, event, at) => cartDecider.evolve(state, recordedAs(event, at)),
      cartDecider.initial,
    ),
  );

/** The undo of the event at `revision`, as the commands find it. */
function undoOf(
  events: readonly CartEvent[],
  revision: number,
  couponOffer: CouponOffer | null = null,
): Undo {
  const event = events[revision]!;
  const touched = touchedBy(event);
  if (touched === null) return { type: 'Undo', at: LATER, change: null, couponOffer };
  const before = foldOf(events.slice(0, revision + 1 - eventsOfChange(event)));
  const after = foldOf(events.slice(0, revision + 1));
  const change = { event: { type: event.type, revision }, ...touched, before, after };
  return { type: 'Undo', at: LATER, change, couponOffer };
}

/** The history with its last change undone. */
function withUndo(events: readonly CartEvent[], couponOffer?: CouponOffer): CartEvent[] {
  const decision = cartDecider.decide(
    undoOf(events, events.length - 1, couponOffer ?? null),
    foldOf(events),
  );
  if ('rejected' in decision) throw new Error(decision.rejected.code);
  return [...events, ...decision.accepted];
}

/** What a cart holds, without the events that it cites. */
const contents = ({ lines, coupons }: ExistingCartState) => ({
  lines: lines.map(({ sku, name, addedAt, portions }) => ({
    ...{ sku, name, addedAt },
    portions: portions.map(({ quantity, unitPrice }) => [quantity, unitPrice]),
  })),
  coupons: coupons.map(({ code, terms }) => ({ code, terms })),
});

const start = [opened(), added('MUG', 2, 295), added('PEN', 1, 100), added('BOWL', 3, 500)];
const ten = percentOff(10);
const changes: readonly (readonly [string, CartEvent])[] = [
  ['an addition', added('VASE', 1, 900)],
  ['an addition to a line', added('MUG', 1, 350)],
  ['a removal', removed('PEN', 1)],
  ['a higher quantity', changed('BOWL', 3, 5, 550)],
  ['a lower quantity', changed('BOWL', 3, 1)],
  ['a coupon', applied('TEN', ten)],
  [
    'several lines',
    {
      type: 'ItemsAdded',
      data: { lines: [added('PEN', 1, 120).data, added('CUP', 2, 50).data], refused: [] },
    },
  ],
  [
    'accepted prices',
    {
      type: 'PricesAccepted',
      data: { prices: [{ sku: 'MUG', from: 295, unitPrice: 350, offerRevision: 1 }] },
    },
  ],
];

describe('undo', () => {
  test.each(changes)(
    'of %s gives the cart before it, and its undo the cart after it',
    (_, change) => {
      const changed = [...start, change];
      const undone = withUndo(changed);
      expect(contents(foldOf(undone))).toEqual(contents(foldOf(start)));
      const redone = withUndo(undone, couponOffered(ten));
      expect(contents(foldOf(redone))).toEqual(contents(foldOf(changed)));
      const undoneAgain = withUndo(redone);
      expect(contents(foldOf(undoneAgain))).toEqual(contents(foldOf(start)));
    },
  );

  test('of a removed coupon applies it again', () => {
    const before = [...start, applied('TEN', ten)];
    const gone: CartEvent = { type: 'CouponRemoved', data: { code: 'TEN' } };
    const undone = withUndo([...before, gone], couponOffered(ten));
    expect(undone.slice(-2).map(({ type }) => type)).toEqual(['CouponApplied', 'ChangeUndone']);
    expect(contents(foldOf(undone))).toEqual(contents(foldOf(before)));
  });

  test('does not bring back a coupon that was withdrawn since', () => {
    const gone: CartEvent = { type: 'CouponRemoved', data: { code: 'TEN' } };
    const events = [...start, applied('TEN', ten), gone];
    given(...events)
      .when(undoOf(events, events.length - 1, null))
      .then({ code: 'COUPON_INVALID' });
  });

  test('of a coupon in the place of a withdrawn one takes it off', () => {
    const lapsed: CartEvent = { type: 'CouponLapsed', data: { code: 'TEN', reason: 'WITHDRAWN' } };
    const again = applied('TEN', percentOff(5));
    const events = [...start, applied('TEN', ten), lapsed, again];
    const undone = withUndo(events);
    expect(contents(foldOf(undone))).toEqual(contents(foldOf(start)));
    const redone = withUndo(undone, couponOffered(percentOff(5)));
    expect(contents(foldOf(redone))).toEqual(contents(foldOf(events)));
  });

  test('of a coupon that was withdrawn since takes it off', () => {
    const lapsed: CartEvent = { type: 'CouponLapsed', data: { code: 'TEN', reason: 'WITHDRAWN' } };
    const events = [...start, applied('TEN', ten), lapsed];
    const decision = cartDecider.decide(undoOf(events, 4), foldOf(events));
    if ('rejected' in decision) throw new Error(decision.rejected.code);
    const after = foldOf([...events, ...decision.accepted]);
    expect(contents(after)).toEqual(contents(foldOf(start)));
  });

  test('keeps what others did to other lines', () => {
    const events = [...start, removed('PEN', 1), added('VASE', 1, 900)];
    const decision = cartDecider.decide(undoOf(events, 4), foldOf(events));
    if ('rejected' in decision) throw new Error(decision.rejected.code);
    const { lines } = foldOf([...events, ...decision.accepted]);
    expect(lines.map((line) => [line.sku, quantityOf(line)])).toEqual([
      ['MUG', 2],
      ['PEN', 1],
      ['BOWL', 3],
      ['VASE', 1],
    ]);
  });

  test('of a line that another caller has changed since: nothing happens', () => {
    const events = [...start, changed('BOWL', 3, 5, 550), added('BOWL', 1, 550)];
    given(...events)
      .when(undoOf(events, 4))
      .then({ code: 'CHANGED_SINCE' });
  });

  test('of a line that was removed and added alike since: nothing happens', () => {
    const events = [...start, added('VASE', 1, 900), removed('VASE', 1), added('VASE', 1, 900)];
    given(...events)
      .when(undoOf(events, 4))
      .then({ code: 'CHANGED_SINCE' });
  });

  test('of a coupon that is gone since: nothing happens', () => {
    const gone: CartEvent = { type: 'CouponRemoved', data: { code: 'TEN' } };
    const events = [...start, applied('TEN', ten), gone];
    given(...events)
      .when(undoOf(events, 4))
      .then({ code: 'CHANGED_SINCE' });
  });

  test('of the opening, or of no change: there is nothing to undo', () => {
    given(opened())
      .when(undoOf([opened()], 0))
      .then({ code: 'NOTHING_TO_UNDO' });
  });

  test('of a removal, where other lines have taken the place', () => {
    const small = createCartDecider({ maxLines: 3, maxUnitsPerLine: 10, maxCoupons: 1 });
    const events = [...start, removed('PEN', 1), added('VASE', 1, 900)];
    specificationOf(small)
      .given(...events)
      .when(undoOf(events, 4))
      .then({ code: 'LINE_LIMIT' });
  });

  test('that would take the total beyond what can be counted exactly', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const events = [opened(), added('GOLD', 1, most), removed('GOLD', 1), added('PEN', 1, 1)];
    given(...events)
      .when(undoOf(events, 2))
      .then({ code: 'MONEY_OVERFLOW' });
  });

  test('any history and any undoable change: undo restores, and undo of undo too', () => {
    const change = fc.constantFrom(...changes.map(([, event]) => event)).filter(isOfLines);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (list) => {
        const events: CartEvent[] = [...start, ...list];
        const before = contents(foldOf(events.slice(0, -1)));
        const undone = withUndo(events);
        expect(contents(foldOf(undone))).toEqual(before);
        expect(contents(foldOf(withUndo(undone)))).toEqual(contents(foldOf(events)));
      }),
    );
  });
});

const isOfLines = ({ type }: CartEvent) => type !== 'CouponApplied';
