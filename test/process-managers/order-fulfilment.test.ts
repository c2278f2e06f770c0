// What is due after each event of an order: given(events).thenCommands(steps). Nothing is due for
// what has happened, so events may come twice, late, or in another order.
import { describe, expect, test } from '@jest/globals';
import type { OrderEvent } from '../../src/domain/order/events.js';
import { evolve, initialOrder } from '../../src/domain/order/state.js';
import { type FulfilmentStep, reactToOrder } from '../../src/process-managers/order-fulfilment.js';
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
import { recordedAs } from '../controls/recorded.js';

/** The order's whole history, and what its event at `index` (the last one) leads to. */
function given(...events: readonly OrderEvent[]) {
  const order = events.reduce((so, event, at) => evolve(so, recordedAs(event, at)), initialOrder);
  return {
    thenCommands: (steps: readonly FulfilmentStep[], index = events.length - 1) =>
      expect(reactToOrder(order, events[index]!)).toEqual(steps),
  };
}

const placed = placedToPay(500);
const intentId = 'an intent';
const settle: readonly FulfilmentStep[] = [{ type: 'GiveBack' }, { type: 'SettlePayment' }];

describe('after', () => {
  test.each<[string, readonly OrderEvent[], readonly FulfilmentStep[]]>([
    ['its placement', [placed], [{ type: 'ConfirmHolds' }]],
    ['its reservation', [placed, reserved], [{ type: 'Charge', intentId }]],
    ['its payment', [placed, reserved, paid(500)], [{ type: 'ForgetToken', intentId }]],
    ['a shipment', [placed, reserved, paid(500), shipped], [{ type: 'ShipHolds' }]],
    ['a cancellation before the charge', [placed, cancelled(500)], settle],
    ['a cancellation during the charge', [placed, reserved, cancelled(500)], settle],
    [
      'a cancellation after the payment',
      [placed, reserved, paid(500), cancelled(500)],
      [{ type: 'GiveBack' }],
    ],
    ['a decline', [placed, reserved, declined, cancelled(500)], [{ type: 'GiveBack' }]],
    [
      'a request for a refund',
      [placed, reserved, paid(500), refundRequested(200)],
      [{ type: 'PayRefund', refundId: REFUND_ID, amount: 200 }],
    ],
    ['a refund', [placed, reserved, paid(500), refundRequested(200), refunded(200)], []],
    ['a refused refund', [placed, reserved, paid(500), refundRequested(200), refundRefused], []],
  ])('%s', (_what, events, steps) => given(...events).thenCommands(steps));
});

describe('an order of the history', () => {
  test('is left as it is', () => given(placedInHistory(500)).thenCommands([]));

  test('gives back what it holds when staff cancel it, and is not charged', () =>
    given(placedInHistory(500), cancelled(500)).thenCommands([{ type: 'GiveBack' }]));
});

describe('a late event asks for nothing that has happened', () => {
  test.each<[string, number, readonly OrderEvent[]]>([
    ['the placement of a reserved order', 0, [placed, reserved]],
    ['the placement of a cancelled order', 0, [placed, cancelled(500)]],
    ['the reservation of a paid order', 1, [placed, reserved, paid(500)]],
    ['the reservation of a cancelled order', 1, [placed, reserved, cancelled(500)]],
    [
      'the request of a paid refund',
      3,
      [placed, reserved, paid(500), refundRequested(200), refunded(200)],
    ],
  ])('%s', (_what, index, events) => given(...events).thenCommands([], index));
});
