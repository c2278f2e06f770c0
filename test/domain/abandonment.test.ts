import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../src/domain/cart/decide.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import {
  added,
  applied,
  checkedOut,
  LATER,
  offered,
  opened,
  percentOff,
} from '../controls/cart.js';
import { NOON } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const filled = [opened(), added('MUG', 2, 295)];
const { updatedAt } = given(...filled).state as { updatedAt: number };
const abandon = (idleSince: number) => ({ type: 'AbandonCart' as const, at: LATER, idleSince });
const abandoned: CartEvent = { type: 'CartAbandoned', data: { idleSince: updatedAt } };
const add = { type: 'AddItem' as const, at: LATER, sku: 'PEN', quantity: 1 };

describe('abandoning an idle cart', () => {
  test('says since when nobody changed it, and keeps what it holds', () => {
    given(...filled)
      .when(abandon(updatedAt))
      .then([abandoned]);
    const { state } = given(...filled, abandoned);
    expect(state).toMatchObject({ status: 'ABANDONED', lines: [{ sku: 'MUG' }] });
  });

  test('that was changed since: nothing happens', () => {
    given(...filled, added('PEN', 1, 100))
      .when(abandon(updatedAt))
      .then([]);
  });

  test('that lost a coupon since: it is as idle as before', () => {
    const ten = applied('TEN', percentOff(10));
    const lapsed = { type: 'CouponLapsed', data: { code: 'TEN', reason: 'WITHDRAWN' } } as const;
    const couponAt = (given(...filled, ten).state as { updatedAt: number }).updatedAt;
    given(...filled, ten, lapsed)
      .when(abandon(couponAt))
      .then([{ type: 'CartAbandoned', data: { idleSince: couponAt } }]);
  });

  test('again: nothing happens', () => {
    given(...filled, abandoned)
      .when(abandon(updatedAt))
      .then([]);
    const later = (given(...filled, abandoned).state as { updatedAt: number }).updatedAt;
    given(...filled, abandoned)
      .when(abandon(later))
      .then([]);
  });

  test('that was checked out: nothing happens', () => {
    given(...filled, checkedOut(590))
      .when(abandon(updatedAt))
      .then([]);
  });

  test('that was never opened: not found', () => {
    given().when(abandon(NOON)).then({ code: 'NOT_FOUND' });
  });
});

describe('changing an abandoned cart', () => {
  test('revives it', () => {
    const abandonedAt = (given(...filled, abandoned).state as { updatedAt: number }).updatedAt;
    const revived: CartEvent = { type: 'CartRevived', data: { abandonedAt } };
    given(...filled, abandoned)
      .when({ ...add, offer: offered('PEN', 100) })
      .then([revived, added('PEN', 1, 100)]);
    const { state } = given(...filled, abandoned, revived, added('PEN', 1, 100));
    expect(state.status).toBe('OPEN');
  });

  test('with a command that is refused leaves it abandoned', () => {
    given(...filled, abandoned)
      .when({ ...add, offer: null })
      .then({ code: 'NOT_FOUND' });
  });

  test('by a build that knew no abandonment makes it an open cart too', () => {
    const { state } = given(...filled, abandoned, added('PEN', 1, 100));
    expect(state.status).toBe('OPEN');
  });
});
