// Events that make sense alone and cannot come after those before them. Others can append them;
// `decide` never answers one. Where the outcome is clear all the same, the event counts.
import { describe, expect, test } from '@jest/globals';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { MAX_UNITS } from '../../src/domain/cart/limits.js';
import { evolve as evolveCart, initialCart, type CartState } from '../../src/domain/cart/state.js';
import { ImpossibleEventError } from '../../src/domain/decider.js';
import type { OrderEvent, OrderTotalCorrected } from '../../src/domain/order/events.js';
import { evolve as evolveOrder, initialOrder } from '../../src/domain/order/state.js';
import {
  added,
  applied,
  changed,
  checkedOut,
  existing,
  opened,
  ORDER_ID,
  orderPlaced,
  percentOff,
} from '../controls/cart.js';
import {
  cancelled,
  declined,
  paid,
  refunded,
  refundRefused,
  refundRequested,
  reserved,
  shipped,
} from '../controls/order.js';
import { NOON, recordedAs } from '../controls/recorded.js';

const removed = (sku: string): CartEvent => ({ type: 'ItemRemoved', data: { sku, quantity: 1 } });
const ten = applied('TEN', percentOff(10));
const LARGEST = Number.MAX_SAFE_INTEGER;

const cartOf = (...events: readonly CartEvent[]) =>
  events.reduce<CartState>((so, event, at) => evolveCart(so, recordedAs(event, at)), initialCart);

const orderOf = (...events: readonly OrderEvent[]) =>
  events.reduce((so, event, at) => evolveOrder(so, recordedAs(event, at)), initialOrder);

function corrected(previousTotal: number, correctedTotal: number, currency = 'GBP') {
  const settlement = correctedTotal < previousTotal ? 'OWED_TO_CUSTOMER' : 'FORGIVEN';
  const event: OrderTotalCorrected = {
    type: 'OrderTotalCorrected',
    data: {
      ...{ orderId: ORDER_ID, reportId: 'a report', currency, previousTotal, correctedTotal },
      ...{ settlement, reason: 'a reason', operator: 'ops', placedAt: NOON },
    },
  };
  return event;
}

describe('a cart cannot', () => {
  test.each<[string, readonly CartEvent[]]>([
    ['begin with anything but its opening', [added('MUG', 1, 100)]],
    ['be opened twice', [opened(), opened('JPY')]],
    ['be changed after its checkout', [opened(), checkedOut(0), added('MUG', 1, 100)]],
    ['be opened again after its checkout', [opened(), checkedOut(0), opened()]],
    ['hold a coupon twice', [opened(), ten, ten]],
    ['get units without a price', [opened(), added('MUG', 1, 100), changed('MUG', 1, 2)]],
    ['be worth more than can be counted', [opened(), added('A', 1, LARGEST), added('B', 1, 1)]],
    ['be worth that by a quantity', [opened(), added('A', 1, LARGEST), changed('A', 1, 2, 1)]],
    ['hold more units than are shown', [opened(), added('A', MAX_UNITS, 0), added('B', 1, 0)]],
  ])('%s', (_what, events) => {
    expect(() => cartOf(...events)).toThrow(ImpossibleEventError);
    cartOf(...events.slice(0, -1));
  });
});

describe('in a cart it is clear', () => {
  const mugs = added('MUG', 2, 100);

  test.each<[string, CartEvent]>([
    ['that what was never there is not there', removed('BOWL')],
    [
      'that a coupon that was never there is not there',
      { type: 'CouponRemoved', data: { code: 'X' } },
    ],
    ['that what is not there has no quantity', changed('BOWL', 1, 5, 100)],
  ])('%s', (_what, event) => {
    expect(existing(cartOf(opened(), mugs, event)).lines).toEqual(
      existing(cartOf(opened(), mugs)).lines,
    );
  });

  test('how many units came or went, whatever the event says that there were', () => {
    const more = existing(cartOf(opened(), mugs, changed('MUG', 7, 10, 100)));
    expect(more.lines[0]?.portions.map(({ quantity }) => quantity)).toEqual([5]);
    expect(existing(cartOf(opened(), mugs, changed('MUG', 7, 1))).lines).toEqual([]);
  });

  test('what is left of a line of very many portions', () => {
    const count = 15_000;
    const events = Array.from({ length: count }, (_, at) => added('MUG', 1, 100 + (at % 2)));
    const [line] = existing(cartOf(opened(), ...events, changed('MUG', count, 1))).lines;
    expect(line?.portions.map(({ unitPrice }) => unitPrice)).toEqual([100]);
  }, 30_000);
});

describe('an order cannot', () => {
  const placed = orderPlaced(500);

  test.each<[string, readonly OrderEvent[]]>([
    ['be corrected before it was placed', [corrected(500, 400)]],
    ['be placed twice', [placed, orderPlaced(700)]],
    ['be corrected from what it did not come to', [placed, corrected(400, 300)]],
    ['be corrected in another currency', [placed, corrected(500, 400, 'JPY')]],
    [
      'owe more than can be counted',
      [
        placed,
        ...[corrected(500, LARGEST), corrected(LARGEST, 0)],
        ...[corrected(0, LARGEST), corrected(LARGEST, 0)],
      ],
    ],
    ['be reserved before it was placed', [reserved]],
    ['be reserved twice', [placed, reserved, reserved]],
    ['be paid twice', [placed, reserved, paid(500), paid(500)]],
    ['be paid in another currency', [placed, reserved, paid(500, 'JPY')]],
    ['be declined after it was paid', [placed, reserved, paid(500), declined]],
    ['be shipped unpaid', [placed, reserved, shipped]],
    ['be cancelled after it was shipped', [placed, reserved, paid(500), shipped, cancelled(500)]],
    ['be cancelled in another currency', [placed, cancelled(500, 'JPY')]],
    ['be refunded more than was paid', [placed, reserved, paid(500), refundRequested(501)]],
    [
      'have one refund requested twice',
      [placed, reserved, paid(500), refundRequested(1), refundRequested(1)],
    ],
    ['be refunded without a request', [placed, reserved, paid(500), refunded(100)]],
    [
      'be refunded another amount than requested',
      [placed, reserved, paid(500), refundRequested(100), refunded(99)],
    ],
    ['refuse what was not requested', [placed, reserved, paid(500), refundRefused]],
    [
      'forgo more than can be counted',
      [
        ...[placed, reserved, paid(500), refundRequested(100), cancelled(LARGEST)],
        refunded(100, LARGEST),
      ],
    ],
  ])('%s', (_what, events) => {
    expect(() => orderOf(...events)).toThrow(ImpossibleEventError);
    orderOf(...events.slice(0, -1));
  });
});
