// The life of an order after it was placed: reserved, paid, shipped, cancelled, refunded.
import { describe, expect, test } from '@jest/globals';
import { refundableOf, refundedOf } from '../../src/domain/order/fulfilment.js';
import { orderDecider } from '../../src/domain/order/decide.js';
import type { FulfilmentCommand } from '../../src/domain/order/commands.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import { revenueByDay } from '../../src/projections/revenue-by-day.js';
import {
  cancelled,
  declined,
  paid,
  placedInHistory,
  placedToPay,
  REFUND_ID,
  refunded,
  refundRefused,
  refundRequested,
  reserved,
  shipped,
} from '../controls/order.js';
import { orderPlaced } from '../controls/cart.js';
import { NOON } from '../controls/recorded.js';
import { projecting, specificationOf } from '../given.js';

const { given } = specificationOf(orderDecider);
const at = NOON;
const placed = placedToPay(500);
const refundId = REFUND_ID;

const reserve = { type: 'ReserveInventory', at } as const;
const charged = { amount: 500, gatewayReference: 'a charge', refundId };
const pay = { type: 'RecordPayment', at, ...charged } as const;
const decline = { type: 'RecordDecline', at, reason: 'CARD_DECLINED' } as const;
const ship = { type: 'ShipOrder', at, carrier: 'Post', trackingNumber: 'T1' } as const;
const cancel = { type: 'CancelOrder', at, reason: 'no need', by: 'STAFF', refundId } as const;
const drop = { ...cancel, reason: 'OUT_OF_STOCK', by: 'FULFILMENT' } as const;
const refund = { type: 'RequestRefund', at, refundId, amount: 200, reason: 'broken' } as const;
const gatewayReference = 'a refund of the bank';
const recordRefund = { type: 'RecordRefund', at, refundId, gatewayReference } as const;
const refuse = { type: 'RefuseRefund', at, refundId, reason: 'CARD_CLOSED' } as const;
const dropped = { reason: 'OUT_OF_STOCK', by: 'FULFILMENT' } as const;
const unpaid = { reason: 'PAYMENT_DECLINED', by: 'FULFILMENT' } as const;

type Case = readonly [
  string,
  readonly OrderEvent[],
  FulfilmentCommand,
  readonly OrderEvent[] | { readonly code: string },
];

const wrongStatus = { code: 'ORDER_STATUS' };

test.each<Case>([
  ['what it holds is its own', [placed], reserve, [reserved]],
  ['then it is paid', [placed, reserved], pay, [paid(500)]],
  ['then it is shipped', [placed, reserved, paid(500)], ship, [shipped]],
  [
    'a decline ends it, in one append',
    [placed, reserved],
    decline,
    [declined, cancelled(500, 'GBP', unpaid)],
  ],
  ['what cannot be reserved ends it', [placed], drop, [cancelled(500, 'GBP', dropped)]],
  ['staff cancel it unpaid: nothing is owed', [placed, reserved], cancel, [cancelled(500)]],
  [
    'staff cancel it paid: all of it is owed',
    [placed, reserved, paid(500)],
    cancel,
    [cancelled(500), refundRequested(500, 'no need')],
  ],
  [
    'money that arrives after the cancellation goes back',
    [placed, reserved, cancelled(500)],
    pay,
    [paid(500), refundRequested(500, 'no need')],
  ],
  ['an order of the history can be cancelled', [placedInHistory(500)], cancel, [cancelled(500)]],
  ['an order that costs nothing is shipped', [placedToPay(0), reserved, paid(0)], ship, [shipped]],
  [
    'one that is paid back in part is shipped',
    [placed, reserved, paid(500), refundRequested(200), refunded(200)],
    ship,
    [shipped],
  ],
  [
    'one whose bank refuses to pay it back is shipped',
    [placed, reserved, paid(500), refundRequested(500), refundRefused],
    ship,
    [shipped],
  ],
  ['a part is refunded', [placed, reserved, paid(500), shipped], refund, [refundRequested(200)]],
  [
    'all of it is refunded',
    [placed, reserved, paid(500)],
    { ...refund, amount: null },
    [refundRequested(500)],
  ],
  [
    'the bank has refunded it',
    [placed, reserved, paid(500), refundRequested(200)],
    recordRefund,
    [refunded(200)],
  ],
  [
    'after a cancellation a refund takes no revenue: the cancellation took it',
    [placed, reserved, paid(500), cancelled(500), refundRequested(500, 'no need')],
    recordRefund,
    [refunded(500, 0, 'no need')],
  ],
  [
    'the bank refuses it for good',
    [placed, reserved, paid(500), refundRequested(200)],
    refuse,
    [refundRefused],
  ],
])('%s', (_what, events, command, outcome) =>
  given(...events)
    .when(command)
    .then(outcome),
);

describe('a repetition of the process manager changes nothing', () => {
  test.each<Case>([
    ['reserved', [placed, reserved], reserve, []],
    ['reserved after a cancellation', [placed, cancelled(500)], reserve, []],
    ['paid', [placed, reserved, paid(500)], pay, []],
    ['declined', [placed, reserved, declined, cancelled(500, 'GBP', unpaid)], decline, []],
    ['cancelled', [placed, cancelled(500, 'GBP', dropped)], drop, []],
    [
      'refunded',
      [placed, reserved, paid(500), refundRequested(200), refunded(200)],
      recordRefund,
      [],
    ],
    ['refused', [placed, reserved, paid(500), refundRequested(200), refundRefused], refuse, []],
  ])('%s', (_what, events, command, outcome) =>
    given(...events)
      .when(command)
      .then(outcome),
  );
});

describe('refused', () => {
  test.each<Case>([
    ['what was never placed', [], ship, { code: 'NOT_FOUND' }],
    ['an unpaid order is not shipped', [placed, reserved], ship, wrongStatus],
    ['an order of the history is not shipped', [placedInHistory(500)], ship, wrongStatus],
    ['nothing is shipped twice', [placed, reserved, paid(500), shipped], ship, wrongStatus],
    [
      'what is being paid back in full is not shipped',
      [placed, reserved, paid(500), refundRequested(500)],
      ship,
      wrongStatus,
    ],
    [
      'what was paid back in full is not shipped',
      [placed, reserved, paid(500), refundRequested(500), refunded(500)],
      ship,
      wrongStatus,
    ],
    ['what was shipped stays', [placed, reserved, paid(500), shipped], cancel, wrongStatus],
    ['staff learn that it was cancelled before', [placed, cancelled(500)], cancel, wrongStatus],
    [
      'more than was paid',
      [placed, reserved, paid(500)],
      { ...refund, amount: 501 },
      { code: 'REFUND_LIMIT' },
    ],
    ['what was never paid', [placed, reserved], refund, { code: 'REFUND_LIMIT' }],
    [
      'what is on its way already',
      [placed, reserved, paid(500), refundRequested(400, 'x', 'another')],
      refund,
      { code: 'REFUND_LIMIT' },
    ],
  ])('%s', (_what, events, command, outcome) =>
    given(...events)
      .when(command)
      .then(outcome),
  );

  test('a correction of a cancelled order', () => {
    const totals = { previousTotal: 500, correctedTotal: 400 };
    const told = { reportId: 'r', reason: 'a fix', operator: 'ops' };
    const correction = { type: 'CorrectOrderTotal', at, ...totals, ...told } as const;
    given(placed, cancelled(500)).when(correction).then(wrongStatus);
  });
});

describe('the money of an order', () => {
  test('what was refunded, what can be, and what a refusal frees again', () => {
    const { state } = given(placed, reserved, paid(500), refundRequested(200), refunded(200));
    expect([refundedOf(state), refundableOf(state)]).toEqual([200, 300]);
    const after = given(placed, reserved, paid(500), refundRequested(200), refundRefused).state;
    expect([refundedOf(after), refundableOf(after)]).toEqual([0, 500]);
  });

  const revenue = projecting(revenueByDay);
  const row = (...events: readonly OrderEvent[]) =>
    revenue.given(...events.map((event) => ({ subject: event.data.orderId, event })), {
      subject: 'another',
      event: orderPlaced(70, 1, 'another'),
    });
  const minute = `${new Date(NOON).toISOString().slice(0, 16)}Z/GBP`;

  test('a refund takes from the revenue of the minute of the placement', () => {
    row(placed, reserved, paid(500), refundRequested(200), refunded(200)).thenRow(minute, {
      ...{ orders: 2, units: 2, revenue: '370' },
    });
  });

  test('a cancelled order is none, and its refund takes nothing more', () => {
    row(
      placed,
      reserved,
      paid(500),
      cancelled(500),
      refundRequested(500),
      refunded(500, 0),
    ).thenRow(minute, { orders: 1, units: 1, revenue: '70' });
  });
});
