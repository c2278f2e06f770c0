import { describe, expect, test } from '@jest/globals';
import type { CorrectOrderTotal } from '../../src/domain/order/commands.js';
import { orderDecider } from '../../src/domain/order/decide.js';
import type { OrderTotalCorrected } from '../../src/domain/order/events.js';
import { dueTotalOf } from '../../src/domain/order/state.js';
import { LATER, orderPlaced } from '../controls/cart.js';
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
});
