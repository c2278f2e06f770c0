import { describe, test } from '@jest/globals';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { cartProjection } from '../../src/projections/cart.js';
import { catalogue } from '../../src/projections/catalogue.js';
import { coupons } from '../../src/projections/coupons.js';
import { orderSummary } from '../../src/projections/order-summary.js';
import { revenueByDay } from '../../src/projections/revenue-by-day.js';
import { stock } from '../../src/projections/stock.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import {
  added,
  applied,
  CART_ID,
  opened,
  ORDER_ID,
  orderPlaced,
  percentOff,
} from '../controls/cart.js';
import { NOON } from '../controls/recorded.js';
import { EXPIRY, confirmed, held, MUG, received } from '../controls/stock.js';
import { projecting } from '../given.js';

const inCart = (event: ShopEvent) => ({ subject: CART_ID, event });
const placed = (total: number, units: number, orderId = ORDER_ID) => ({
  subject: orderId,
  event: orderPlaced(total, units, orderId),
});

const ofMug = (event: ShopEvent) => ({ subject: MUG, event });

describe('rows of the read models', () => {
  test('a cart, priced as of its last change', () => {
    projecting(cartProjection(standardRules))
      .given(inCart(opened()), inCart(added('MUG', 2, 500)), inCart(applied('TEN', percentOff(10))))
      .thenRow(CART_ID, { cart_id: CART_ID, revision: 2, status: 'OPEN', total: 900 });
  });

  test('an order', () => {
    projecting(orderSummary)
      .given(placed(1_500, 3))
      .thenRow(ORDER_ID, { order_id: ORDER_ID, cart_id: CART_ID, total: 1_500, status: 'PLACED' });
  });

  test('the stock of a product, and when the first hold of a checkout expires', () => {
    const events = [received(9), held('A', 'a', 2), confirmed('B', 3)].map(ofMug);
    const counts = { sku: MUG, on_hand: 9, reserved: 5, available: 4 };
    projecting(stock)
      .given(...events)
      .thenRow(MUG, { ...counts, next_expiry: EXPIRY });
    projecting(stock)
      .given(...events, ofMug(confirmed('A', 2)))
      .thenRow(MUG, { ...counts, next_expiry: null });
  });

  test('revenue by minute and currency', () => {
    projecting(revenueByDay)
      .given(placed(1_500, 3), placed(500, 1, 'another'))
      .thenRow('2010-12-08T12:00Z/GBP', { begins_at: NOON, orders: 2, units: 4, revenue: '2000' });
  });

  test('a correction changes the order, and the revenue of the minute in which it was placed', () => {
    const { data } = orderPlaced(1_500);
    const correctionOf = (settlement: 'OWED_TO_CUSTOMER' | 'FORGIVEN', correctedTotal: number) => ({
      subject: ORDER_ID,
      event: {
        type: 'OrderTotalCorrected' as const,
        data: {
          orderId: data.orderId,
          reportId: 'report-1',
          currency: data.currency,
          previousTotal: 1_500,
          correctedTotal,
          settlement,
          reason: 'A reason',
          operator: 'ops',
          placedAt: NOON - 86_400_000,
        },
      },
    });
    const owed = correctionOf('OWED_TO_CUSTOMER', 1_400);
    const forgiven = correctionOf('FORGIVEN', 1_600);
    projecting(orderSummary)
      .given(placed(1_500, 3), owed)
      .thenRow(ORDER_ID, { total: 1_400, placed_at: NOON });
    projecting(revenueByDay)
      .given(placed(1_500, 3), owed)
      .thenRow('2010-12-07T12:00Z/GBP', { orders: 0, units: 0, revenue: '-100' });
    projecting(revenueByDay).given(forgiven).thenRow('2010-12-07T12:00Z/GBP', { revenue: '0' });
  });

  test('a product, found by its name in any case, until it is delisted', () => {
    const price = { minorUnits: 295, currency: 'GBP' };
    const listed = {
      subject: 'MUG',
      event: { type: 'ProductListed' as const, data: { sku: 'MUG', name: 'Blue Mug', price } },
    };
    const delisted = {
      subject: 'MUG',
      event: { type: 'ProductDelisted' as const, data: { sku: 'MUG' } },
    };
    projecting(catalogue)
      .given(listed)
      .thenRow('MUG', { listed: 1, title_words: 'mug blue mug', by_name: 'blue mug', price: 295 });
    projecting(catalogue).given(listed, delisted).thenRow('MUG', { listed: 0 });
  });

  test('a product of a very long name, cut between characters', () => {
    const name = '\u{20000}'.repeat(6_000);
    const price = { minorUnits: 295, currency: 'GBP' };
    const data = { sku: 'X', name, price };
    projecting(catalogue)
      .given({ subject: 'X', event: { type: 'ProductListed' as const, data } })
      .thenRow('X', {
        by_name: '\u{20000}'.repeat(30),
        title_words: `x ${'\u{20000}'.repeat(4_999)}`,
      });
  });

  test('a coupon, until it is withdrawn', () => {
    const data = { code: 'TEN', description: 'Ten', terms: percentOff(10) };
    const defined = { subject: 'TEN', event: { type: 'CouponDefined' as const, data } };
    const withdrawn = {
      subject: 'TEN',
      event: { type: 'CouponWithdrawn' as const, data: { code: 'TEN' } },
    };
    projecting(coupons).given(defined).thenRow('TEN', { available: 1 });
    projecting(coupons).given(defined, withdrawn).thenRow('TEN', { available: 0 });
  });

  test('other events make no row', () => {
    projecting(orderSummary).given(inCart(opened())).thenRow(CART_ID, undefined);
  });
});

describe('the row of a cart over its life', () => {
  const rows = projecting(cartProjection(standardRules));
  const claimed = (intoCartId: string | null): ShopEvent => ({
    type: 'CartClaimed',
    data: { customerId: 'ann', tokenHash: 'b'.repeat(64), strategy: 'SUM', intoCartId },
  });
  const abandoned: ShopEvent = { type: 'CartAbandoned', data: { idleSince: NOON } };
  const itemsAdded: ShopEvent = {
    type: 'ItemsAdded',
    data: { lines: [added('MUG', 2, 250).data, added('PEN', 1, 100).data], refused: [] },
  };

  test('belongs to the customer who claimed it', () => {
    rows.given(inCart(opened())).thenRow(CART_ID, { customer_id: null, status: 'OPEN' });
    rows
      .given(inCart(opened()), inCart(claimed(null)))
      .thenRow(CART_ID, { customer_id: 'ann', status: 'OPEN' });
    rows
      .given(inCart(opened()), inCart(claimed('another cart')))
      .thenRow(CART_ID, { customer_id: 'ann', status: 'MERGED' });
  });

  test('is abandoned, and open again after a change', () => {
    const idle = [inCart(opened()), inCart(abandoned)] as const;
    rows.given(...idle).thenRow(CART_ID, { status: 'ABANDONED', total: 0 });
    rows.given(...idle, inCart(itemsAdded)).thenRow(CART_ID, { status: 'OPEN', total: 600 });
  });

  test('has the prices that were accepted', () => {
    const prices = [{ sku: 'MUG', from: 250, unitPrice: 300, offerRevision: null }];
    const accepted: ShopEvent = { type: 'PricesAccepted', data: { prices } };
    rows
      .given(inCart(opened()), inCart(itemsAdded), inCart(accepted))
      .thenRow(CART_ID, { total: 700 });
  });
});
