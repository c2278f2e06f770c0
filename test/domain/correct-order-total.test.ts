import { describe, expect, test } from '@jest/globals';
import type { CorrectOrderTotal, RecordRefund } from '../../src/domain/order/commands.js';
import { orderDecider } from '../../src/domain/order/decide.js';
import type { OrderEvent, OrderTotalCorrected } from '../../src/domain/order/events.js';
import { dueTotalOf } from '../../src/domain/order/state.js';
import { LATER, orderPlaced } from '../controls/cart.js';
import {
  paid,
  placedToPay,
  REFUND_ID,
  refunded,
  refundRequested,
  reserved,
} from '../controls/order.js';
import { NOON } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(orderDecider);

const facts = { reportId: 'report-1', reason: 'WELCOME10 took 5 %.', operator: 'ops' };

function correct(previousTotal: number, correctedTotal: number): CorrectOrderTotal {
  return { type: 'CorrectOrderTotal', at: LATER, previousTotal, correctedTotal, ...facts };
}

function corrected(
  previousTotal: number,
  correctedTotal: number,
  settlement: OrderTotalCorrected['data']['settlement'],
): OrderTotalCorrected {
  const { orderId, currency } = orderPlaced(0).data;
  const amounts = { previousTotal, correctedTotal, settlement };
  return {
    type: 'OrderTotalCorrected',
    data: { orderId, currency, ...amounts, ...facts, placedAt: NOON },
  };
}

describe('correcting the total of an order', () => {
  test('that cost too much: the difference is owed to the customer', () => {
    given(orderPlaced(1_500))
      .when(correct(1_500, 1_350))
      .then([corrected(1_500, 1_350, 'OWED_TO_CUSTOMER')]);
  });

  test('that cost too little: the difference is forgiven', () => {
    given(orderPlaced(1_500))
      .when(correct(1_500, 1_650))
      .then([corrected(1_500, 1_650, 'FORGIVEN')]);
  });

  test('that is right already: nothing happens', () => {
    given(orderPlaced(1_500)).when(correct(1_500, 1_500)).then([]);
  });

  test('from another total than it has now: the report is outgrown', () => {
    given(orderPlaced(1_500), corrected(1_500, 1_350, 'OWED_TO_CUSTOMER'))
      .when(correct(1_500, 1_350))
      .then({ code: 'REPORT_OUTGROWN', due: 1_350 } as { code: string });
  });

  test('that was never placed', () => {
    given().when(correct(1_500, 1_350)).then({ code: 'NOT_FOUND' });
  });

  test('takes from what the shop gets only what is owed back', () => {
    const owed = corrected(1_500, 1_350, 'OWED_TO_CUSTOMER');
    const forgiven = corrected(1_350, 1_400, 'FORGIVEN');
    const { state } = given(orderPlaced(1_500), owed, forgiven);
    expect(state).toMatchObject({ total: 1_350, revision: 2, status: 'PLACED', placedAt: NOON });
    expect(state.corrections.map(({ settlement }) => settlement)).toEqual([
      'OWED_TO_CUSTOMER',
      'FORGIVEN',
    ]);
    expect(dueTotalOf(state)).toBe(1_400);
  });

  test('takes back what was forgiven before the shop owes anything', () => {
    const forgiven = corrected(1_500, 1_650, 'FORGIVEN');
    given(orderPlaced(1_500), forgiven)
      .when(correct(1_650, 1_550))
      .then([corrected(1_650, 1_550, 'FORGIVEN')]);
    given(orderPlaced(1_500), forgiven)
      .when(correct(1_650, 1_400))
      .then([corrected(1_650, 1_500, 'FORGIVEN'), corrected(1_500, 1_400, 'OWED_TO_CUSTOMER')]);
  });
});

describe('an order of 500 with refunds and a correction by 100', () => {
  const placed = [placedToPay(500), reserved, paid(500)];
  const correction = corrected(500, 400, 'OWED_TO_CUSTOMER');
  const refundOfAll = [refundRequested(500), refunded(500)];
  const record: RecordRefund = {
    ...{ type: 'RecordRefund', at: LATER, refundId: REFUND_ID },
    gatewayReference: 'a refund of the bank',
  };

  test.each([
    ['which pays what is owed, takes no more from the revenue', 100, 0],
    ['which pays less, takes nothing', 60, 0],
    ['of more takes the rest', 250, 150],
    ['of all takes what was left', 500, 400],
  ])('a refund %s', (_, amount, forgone) => {
    given(...placed, correction, refundRequested(amount))
      .when(record)
      .then([refunded(amount, forgone)]);
  });

  test('the refund after one that paid what is owed counts whole', () => {
    const first = { ...refundRequested(100, 'owed', 'the first') };
    const firstPaid: OrderEvent = {
      type: 'OrderRefunded',
      data: { ...refunded(100, 0, 'owed').data, refundId: 'the first' },
    };
    given(...placed, correction, first, firstPaid, refundRequested(50))
      .when(record)
      .then([refunded(50, 50)]);
  });

  test('owes nothing after a refund of all of it', () => {
    given(...placed, ...refundOfAll)
      .when(correct(500, 400))
      .then({ code: 'REFUND_LIMIT' });
  });

  test('owes what refunds have left', () => {
    given(...placed, refundRequested(400), refunded(400))
      .when(correct(500, 400))
      .then([correction]);
    given(...placed, refundRequested(401), refunded(401))
      .when(correct(500, 400))
      .then({ code: 'REFUND_LIMIT' });
  });
});
