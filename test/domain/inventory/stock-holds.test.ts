// What checkouts and orders hold of a product's units, and when they let go of it.
import { describe, expect, test } from '@jest/globals';
import { hasTaken, inventoryDecider, shortageFor } from '../../../src/domain/inventory/decide.js';
import type { HoldChange } from '../../../src/domain/inventory/commands.js';
import { availableIn } from '../../../src/domain/inventory/state.js';
import {
  cartOf,
  confirmed,
  EXPIRY,
  held,
  MUG,
  received,
  released,
  shipped,
} from '../../controls/stock.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(inventoryDecider);
const change = (...changes: readonly HoldChange[]) => ({
  ...{ type: 'ChangeHolds' as const, at: 0, changes },
});
const taking = (orderId: string, attemptId: string, quantity: number): HoldChange => ({
  ...{ orderId, cartId: cartOf(orderId), attemptId, quantity, holdMs: EXPIRY },
});
const givingBack = (orderId: string, attemptId: string): HoldChange => ({
  ...{ orderId, attemptId, reason: 'CHECKOUT_REFUSED' },
});
const reserve = (orderId: string, attemptId: string, quantity: number) =>
  change(taking(orderId, attemptId, quantity));
const confirm = (orderId: string, quantity: number) => ({
  ...{ type: 'ConfirmStock' as const, at: 0, orderId, cartId: cartOf(orderId), quantity },
});
const release = (orderId: string) => ({ type: 'ReleaseStock' as const, at: 0, orderId });
const ship = (orderId: string) => ({ type: 'ShipStock' as const, at: 0, orderId });
const short = (requested: number, available: number) => ({
  code: 'OUT_OF_STOCK',
  shortages: [{ sku: MUG, requested, available }],
});

describe('a checkout', () => {
  test('holds what is available, to the last unit', () => {
    given(received(5), held('A', 'a1', 3))
      .when(reserve('B', 'b1', 2))
      .then([held('B', 'b1', 2)]);
  });

  test('of one unit more holds nothing, and is told what it could have', () => {
    const { state, when } = given(received(5), held('A', 'a1', 3));
    when(reserve('B', 'b1', 3)).then([]);
    expect(hasTaken({ orderId: 'B', attemptId: 'b1', quantity: 3 }, state)).toBe(false);
    expect(shortageFor({ orderId: 'B', quantity: 3 }, state)).toEqual({
      ...{ sku: MUG, requested: 3, available: 2 },
    });
  });

  test('together with others is served in the order in which they came', () => {
    const crowd = ['A', 'B', 'C'].map((orderId) => taking(orderId, '1', 2));
    given(received(5))
      .when(change(...crowd))
      .then([held('A', '1', 2), held('B', '1', 2)]);
    given(received(5), held('A', '1', 5))
      .when(change(...crowd.slice(1), givingBack('A', '1'), taking('D', '1', 3)))
      .then([released('A', '1', 'CHECKOUT_REFUSED'), held('D', '1', 3)]);
  });

  test('of a product that is not tracked holds nothing', () => {
    given()
      .when(reserve('A', 'a1', 1_000))
      .then([]);
  });

  test('that repeats itself changes nothing', () => {
    given(received(5), held('A', 'a1', 3))
      .when(reserve('A', 'a1', 3))
      .then([]);
  });

  test('that needs more than before holds the difference too', () => {
    given(received(5), held('A', 'a1', 3))
      .when(reserve('A', 'a1', 5))
      .then([held('A', 'a1', 5)]);
    given(received(5), held('A', 'a1', 3))
      .when(reserve('A', 'a1', 6))
      .then([]);
  });

  test('shares what another checkout for its order holds', () => {
    const events = [received(5), held('A', 'a1', 4)];
    given(...events)
      .when(reserve('A', 'a2', 4))
      .then([held('A', 'a2', 4)]);
    expect(given(...events, held('A', 'a2', 4)).state.reserved).toBe(4);
  });

  test('of an order that was placed meanwhile takes nothing', () => {
    given(received(5), confirmed('A', 4))
      .when(reserve('A', 'a2', 4))
      .then([]);
  });

  test('that was refused leaves the other checkout for its order what that one holds', () => {
    const events = [received(5), held('A', 'a1', 2), held('A', 'a2', 4)];
    given(...events)
      .when(change(givingBack('A', 'a2')))
      .then([released('A', 'a2', 'CHECKOUT_REFUSED')]);
    expect(given(...events, released('A', 'a2')).state.reserved).toBe(2);
    expect(given(...events, released('A', 'a2'), released('A', 'a1')).state.reserved).toBe(0);
  });

  test.each([
    ['holds nothing', [received(5)]],
    ['was given back before', [received(5), held('A', 'a1', 2), released('A', 'a1')]],
    ['led to an order', [received(5), held('A', 'a1', 2), confirmed('A', 2)]],
    ['is of a product that is not tracked', []],
  ])('that %s gives nothing back', (_what, events) => {
    given(...events)
      .when(change(givingBack('A', 'a1')))
      .then([]);
  });
});

describe('a placed order', () => {
  test('keeps what its checkouts held, and no more than it needs', () => {
    const events = [received(5), held('A', 'a1', 4), held('A', 'a2', 2)];
    given(...events)
      .when(confirm('A', 2))
      .then([confirmed('A', 2)]);
    const { state } = given(...events, confirmed('A', 2));
    expect(state).toMatchObject({ reserved: 2, reservations: [{ orderId: 'A', attempts: [] }] });
  });

  test('keeps what it held although a count has found fewer', () => {
    given(received(5), held('A', 'a1', 4), {
      type: 'StockAdjusted',
      data: { sku: MUG, change: -3, reason: 'Broken' },
    })
      .when(confirm('A', 4))
      .then([confirmed('A', 4)]);
  });

  test('takes again what expired, as far as there is any', () => {
    const expired = [received(5), held('A', 'a1', 4), released('A', 'a1', 'EXPIRED')];
    given(...expired)
      .when(confirm('A', 4))
      .then([confirmed('A', 4)]);
    given(...expired, held('B', 'b1', 2))
      .when(confirm('A', 4))
      .then(short(4, 3));
  });

  test('is confirmed once', () => {
    given(received(5), confirmed('A', 4)).when(confirm('A', 4)).then([]);
  });

  test('of a product that is not tracked holds nothing', () => {
    given().when(confirm('A', 4)).then([]);
  });

  test('that is cancelled gives all back', () => {
    const events = [received(5), confirmed('A', 4)];
    given(...events)
      .when(release('A'))
      .then([released('A')]);
    expect(availableIn(given(...events, released('A')).state)).toBe(5);
  });

  test('that is cancelled before it was confirmed says so, although it held nothing', () => {
    given(received(5))
      .when(release('A'))
      .then([released('A')]);
    expect(given(received(5), released('A')).state).toMatchObject({ onHand: 5, reserved: 0 });
  });

  test('that is shipped takes its units out of the shop, once', () => {
    const events = [received(5), confirmed('A', 4)];
    given(...events)
      .when(ship('A'))
      .then([shipped('A', 4)]);
    const { state } = given(...events, shipped('A', 4));
    expect(state).toMatchObject({ onHand: 1, reserved: 0, reservations: [] });
    given(...events, shipped('A', 4))
      .when(ship('A'))
      .then([]);
  });

  test('from before the product was tracked moves no units', () => {
    given(received(5)).when(ship('A')).then([]);
    given().when(ship('A')).then([]);
  });
});

describe('what contradicts the log', () => {
  test.each([
    ['a hold on a product that is not tracked', [held('A', 'a1', 1)]],
    ['a release of one', [released('A')]],
    ['a shipment of one', [shipped('A', 1)]],
    ['a checkout of an order that was placed', [received(5), confirmed('A', 1), held('A', 'a', 1)]],
    ['more units than can be counted', [received(2 ** 31 - 1), received(1)]],
  ])('%s is impossible', (_what, events) => {
    expect(() => given(...events).state).toThrow(
      expect.objectContaining({ name: 'ImpossibleEventError' }),
    );
  });
});
