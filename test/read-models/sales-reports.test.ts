// The reports on sales and carts, from events that were projected, whichever database holds them.
import { afterEach, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { cartCodec } from '../../src/domain/cart/codec.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { orderCodec } from '../../src/domain/order/codec.js';
import type { OrderEvent, OrderPlaced } from '../../src/domain/order/events.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';
import { added, checkedOut, opened, orderPlaced } from '../controls/cart.js';
import { cancelled, paid, refunded, placedToPay } from '../controls/order.js';
import { eventIdAt } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** A log in memory. */
class Story {
  readonly events: StoredEvent[] = [];

  /** @param at the instant of all of them */
  cart(cartId: string, at: string, ...events: readonly CartEvent[]): this {
    for (const event of events) {
      const own =
        event.type === 'CartOpened' ? { ...event, data: { ...event.data, cartId } } : event;
      this.add(`cart-${cartId}`, at, cartCodec.encode(own));
    }
    return this;
  }

  order(orderId: string, at: string, ...events: readonly OrderEvent[]): this {
    for (const event of events) {
      const own = { ...event, data: { ...event.data, orderId } } as OrderEvent;
      this.add(`order-${orderId}`, at, orderCodec.encode(own));
    }
    return this;
  }

  /** An order of one product, by its quantity and total. */
  sale(
    orderId: string,
    at: string,
    sku: string,
    quantity: number,
    total: number,
    currency = 'GBP',
  ) {
    return this.order(orderId, at, saleOf(sku, quantity, total, currency));
  }

  private add(stream: string, at: string, encoded: ReturnType<typeof cartCodec.encode>): void {
    const { type, schemaVersion, data } = encoded;
    const revision = this.events.filter((event) => event.stream === stream).length;
    const position = BigInt(this.events.length + 1);
    const occurredAt = new Date(at).toISOString();
    const place = { revision, position, recordedAt: Date.parse(at) };
    const id = eventIdAt(this.events.length);
    this.events.push({ stream, id, type, data, metadata: { schemaVersion, occurredAt }, ...place });
  }
}

function saleOf(sku: string, quantity: number, total: number, currency = 'GBP'): OrderPlaced {
  const { type, data } = orderPlaced(total, quantity);
  const line = { sku, name: `The ${sku}`, quantity, unitPrice: 1, subtotal: total, discount: 0 };
  return { type, data: { ...data, currency, lines: [{ ...line, total }] } };
}

async function filled(place: ReadModelPlace, { events }: Story) {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projectionsOf(standardPricing));
  await projector.apply(events);
  expect(await rows.skipped()).toEqual([]);
  const reads = await openReadModels(place);
  cleanup.add(() => reads.close());
  return { rows, reports: reads.reports };
}

const period = (firstDay: string, lastDay = firstDay, timeZone = 'Europe/London') => ({
  firstDay,
  lastDay,
  timeZone,
});

describeOnBoth('reports in %s', newPlaces(cleanup), (placeOf) => {
  test('have every day and hour of a zone, also on the days on which its clock changes', async () => {
    const story = new Story()
      .sale('a', '2011-10-29T22:59:59Z', 'MUG', 1, 1)
      .sale('b', '2011-10-29T23:00:00Z', 'MUG', 2, 20)
      // Half past one, twice.
      .sale('c', '2011-10-30T00:30:00Z', 'MUG', 3, 300)
      .sale('d', '2011-10-30T01:30:00Z', 'MUG', 4, 4_000)
      .sale('e', '2011-10-30T23:59:59Z', 'MUG', 5, 50_000)
      .sale('f', '2011-10-31T00:00:00Z', 'MUG', 6, 600_000)
      .sale('g', '2011-10-30T12:00:00Z', 'MUG', 7, 7_000_000, 'EUR');
    const { reports } = await filled(await placeOf(), story);
    expect(await reports.byDay(period('2011-10-28', '2011-10-30'), 'GBP')).toEqual([
      { date: '2011-10-28', orders: 0, units: 0, revenue: 0n },
      { date: '2011-10-29', orders: 1, units: 1, revenue: 1n },
      { date: '2011-10-30', orders: 4, units: 14, revenue: 54_320n },
    ]);
    const hours = await reports.byHour(period('2011-10-30'), 'GBP');
    expect(hours).toHaveLength(25);
    expect(
      hours
        .filter(({ orders }) => orders > 0)
        .map(({ hour, offsetMinutes, revenue }) => [hour, offsetMinutes, Number(revenue)]),
    ).toEqual([
      [0, 60, 20],
      [1, 60, 300],
      [1, 0, 4_000],
      [23, 0, 50_000],
    ]);
    expect(await reports.currencies(period('2011-10-30'))).toEqual(['GBP', 'EUR']);
    expect(await reports.currencies(period('2011-10-31'))).toEqual(['GBP']);
    expect(await reports.byHour(period('2011-03-27'), 'GBP')).toHaveLength(23);
  });

  test('tell by half and quarter hours which day an order is of', async () => {
    const story = new Story()
      .sale('a', '2011-07-01T18:14:00Z', 'MUG', 1, 1)
      .sale('b', '2011-07-01T18:15:00Z', 'MUG', 1, 10)
      .sale('c', '2011-07-01T18:30:00Z', 'PEN', 1, 100);
    const { reports } = await filled(await placeOf(), story);
    const first = async (timeZone: string) =>
      (await reports.byDay(period('2011-07-01', '2011-07-01', timeZone), 'GBP')).map(
        ({ revenue }) => Number(revenue),
      );
    expect(await first('UTC')).toEqual([111]);
    expect(await first('Asia/Kathmandu')).toEqual([1]);
    expect(await first('Asia/Kolkata')).toEqual([11]);
    const products = await reports.products(
      period('2011-07-02', '2011-07-02', 'Asia/Kolkata'),
      'GBP',
      'UNITS',
    );
    expect(products.map(({ sku }) => sku)).toEqual(['PEN']);
  });

  test('count a cancelled order nowhere, and take a refund from the day of the order', async () => {
    const story = new Story()
      .order('a', '2011-07-01T10:00:00Z', placedToPay(1_000), paid(1_000))
      .sale('b', '2011-07-01T11:00:00Z', 'MUG', 2, 600)
      .sale('c', '2011-07-01T12:00:00Z', 'PEN', 1, 400)
      .order('a', '2011-07-09T10:00:00Z', ...refundOf('a', '2011-07-01T10:00:00Z', 300))
      .order('c', '2011-07-10T10:00:00Z', {
        type: 'OrderCancelled',
        data: { ...cancelled(400).data, placedAt: Date.parse('2011-07-01T12:00:00Z') },
      });
    const { reports } = await filled(await placeOf(), story);
    const days = await reports.byDay(period('2011-07-01', '2011-07-10'), 'GBP');
    expect(days.map(({ orders, revenue }) => [orders, Number(revenue)])).toEqual([
      [2, 1_300],
      ...Array.from({ length: 9 }, () => [0, 0]),
    ]);
    const products = await reports.products(period('2011-07-01'), 'GBP', 'REVENUE');
    expect(products).toEqual([{ sku: 'MUG', name: 'The MUG', orders: 1, units: 2, revenue: 600n }]);
  });

  test('follow each cart from the day of its opening, whenever the rest happens', async () => {
    const night = '2011-07-01T22:59:00Z';
    const [line, pay] = [added('MUG', 1, 100), checkedOut(100)];
    const agreedOn = (orderId: string) => ({ ...pay, data: { ...pay.data, orderId } });
    const story = new Story()
      .cart('empty', night, opened())
      .cart('filled', night, opened(), line)
      .cart('next day', '2011-07-01T23:00:00Z', opened())
      .cart('left', night, opened(), line)
      .cart('left', '2011-07-03T00:00:00Z', { type: 'CartAbandoned', data: { idleSince: 0 } })
      .cart('bought', night, opened(), line)
      .cart('bought', '2011-07-02T08:00:00Z', agreedOn('paid later'))
      .order('paid later', '2011-07-02T08:00:00Z', placedToPay(100))
      .order('paid later', '2011-07-04T08:00:00Z', paid(100))
      .cart('declined', night, opened(), line, agreedOn('never paid'))
      .order('never paid', night, placedToPay(100), cancelled(100));
    const { reports } = await filled(await placeOf(), story);
    const none = { paid: 0, cancelled: 0, abandoned: 0, merged: 0, stillOpen: 0, checkedOut: 0 };
    expect(await reports.funnel(period('2011-06-30', '2011-07-02'))).toEqual([
      { date: '2011-06-30', opened: 0, filled: 0, ...none },
      {
        ...{ date: '2011-07-01', opened: 5, filled: 4, checkedOut: 2, paid: 1, cancelled: 1 },
        ...{ abandoned: 1, merged: 0, stillOpen: 2 },
      },
      { date: '2011-07-02', opened: 1, filled: 0, ...none, stillOpen: 1 },
    ]);
  });

  test('read any number of orders of one instant, each once', async () => {
    const story = new Story();
    for (let n = 0; n < 1_203; n += 1) story.sale(`order ${n}`, '2011-07-01T10:00Z', 'MUG', 1, n);
    const { reports } = await filled(await placeOf(), story);
    expect(await reports.products(period('2011-07-01'), 'GBP', 'REVENUE')).toMatchObject([
      { orders: 1_203, units: 1_203, revenue: BigInt((1_203 * 1_202) / 2) },
    ]);
  });

  test('say that they are unavailable where a live table lacks what they ask for', async () => {
    const place = await placeOf();
    const { rows, reports } = await filled(place, new Story());
    const [live] = (await rows.generations()).filter(({ name }) => name === 'order-sales');
    const older = { ...live!, generation: 2, status: 'STANDBY' as const };
    await rows.create(older, { key: 'order_id', columns: { order_id: 'text', paid: 'integer' } });
    await rows.promote([older], 0);
    await expect(reports.funnel(period('2011-07-01'))).rejects.toThrow(ReadModelsUnavailableError);
  });
});

function refundOf(orderId: string, placedAt: string, amount: number): OrderEvent[] {
  const { type, data } = refunded(amount);
  const at = Date.parse(placedAt);
  const asked = { orderId, refundId: data.refundId, amount, reason: data.reason };
  return [
    { type: 'RefundRequested', data: asked },
    { type, data: { ...data, placedAt: at } },
  ];
}
