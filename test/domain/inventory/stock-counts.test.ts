// Units that come in, and what a count corrects.
import { describe, expect, test } from '@jest/globals';
import { MAX_UNITS } from '../../../src/domain/cart/limits.js';
import type { StockCorrection } from '../../../src/domain/inventory/commands.js';
import { inventoryDecider } from '../../../src/domain/inventory/decide.js';
import { availableIn } from '../../../src/domain/inventory/state.js';
import { adjusted, confirmed, MUG, received, shipped } from '../../controls/stock.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(inventoryDecider);
const subject = { at: 0, sku: MUG, isKnown: true };
const receive = (quantity: number) => ({
  ...{ type: 'ReceiveStock' as const, ...subject, quantity, reference: null },
});
const adjust = (correction: StockCorrection) => ({
  ...{ type: 'AdjustStock' as const, ...subject, correction, reason: 'A count' },
});

describe('receiving units', () => {
  test('adds them, and begins to track the product', () => {
    given()
      .when(receive(5))
      .then([received(5)]);
    expect(given().state.sku).toBeNull();
    expect(given(received(5), received(2)).state).toMatchObject({ sku: MUG, onHand: 7 });
  });

  test.each([0, -1, 1.5, MAX_UNITS + 1])('of %p is refused', (quantity) => {
    given().when(receive(quantity)).then({ code: 'QUANTITY_LIMIT' });
  });

  test('beyond what can be counted is refused', () => {
    given(received(MAX_UNITS)).when(receive(1)).then({ code: 'QUANTITY_LIMIT' });
  });

  test('of a product that was never listed is refused', () => {
    given()
      .when({ ...receive(1), isKnown: false })
      .then({ code: 'NOT_FOUND' });
  });
});

describe('adjusting the units', () => {
  test.each([
    ['by a difference', { change: -2 }, -2],
    ['to a count', { onHand: 9 }, 4],
    ['to the count that was known', { onHand: 5 }, 0],
    ['to none', { onHand: 0 }, -5],
  ] as const)('%s stores the difference', (_how, correction, change) => {
    given(received(5))
      .when(adjust(correction))
      .then([adjusted(change)]);
  });

  test('tracks a product of which there are none', () => {
    given()
      .when(adjust({ onHand: 0 }))
      .then([adjusted(0)]);
    expect(given(adjusted(0)).state).toMatchObject({ sku: MUG, onHand: 0 });
  });

  test.each([{ change: -6 }, { onHand: -1 }])('below 0 is refused: %p', (correction) => {
    given(received(5)).when(adjust(correction)).then({ code: 'STOCK_BELOW_ZERO' });
  });

  test.each([{ change: 0.5 }, { onHand: 2.5 }, { onHand: MAX_UNITS + 1 }])(
    'to what cannot be counted is refused: %p',
    (correction) => {
      given(received(5)).when(adjust(correction)).then({ code: 'QUANTITY_LIMIT' });
    },
  );

  test('of a product that was never listed is refused', () => {
    given()
      .when({ ...adjust({ change: 1 }), isKnown: false })
      .then({ code: 'NOT_FOUND' });
  });

  test('below what orders hold leaves nothing available, and takes nothing from them', () => {
    const { state } = given(received(5), confirmed('A', 4), adjusted(-3));
    expect(state).toMatchObject({ onHand: 2, reserved: 4 });
    expect(availableIn(state)).toBe(0);
  });

  test('after more was shipped than had been counted goes on from below 0', () => {
    const events = [received(4), confirmed('A', 4), adjusted(-3), shipped('A', 4)];
    expect(given(...events).state).toMatchObject({ onHand: -3, reserved: 0 });
    given(...events)
      .when(adjust({ onHand: 0 }))
      .then([adjusted(3)]);
  });
});
