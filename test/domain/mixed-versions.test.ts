// A log that mixes versions of its events folds and projects as if all had been written today.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { cartCodec } from '../../src/domain/cart/codec.js';
import { standardPricing, standardRules } from '../../src/domain/cart/pricing.js';
import { type CartState, evolve, initialCart } from '../../src/domain/cart/state.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { NewerEventError } from '../../src/domain/codec.js';
import { orderCodec } from '../../src/domain/order/codec.js';
import { readShopEvent } from '../../src/projections/shop-events.js';
import type { ProjectedEvent } from '../../src/projections/projection.js';
import { projectionsOf } from '../../src/projections/registry.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { Row } from '../../src/read-models/table.js';
import { CART_ID, ORDER_ID } from '../controls/cart.js';
import { eventIdAt, NOON, recordedAs } from '../controls/recorded.js';

function understood(stored: StoredEvent): ProjectedEvent {
  const reading = readShopEvent(stored);
  if (reading.kind !== 'understood') throw new Error(`${stored.type} is not understood`);
  return reading.event;
}

interface Example {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
}

function example(name: string): Example {
  const url = new URL(`../stored-events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Example;
}

const mixed = ['CartOpened.v1', 'ItemAdded.v1', 'ItemAdded.v2', 'CartCheckedOut.v1'].map(example);

function storedAs(stream: string, { type, schemaVersion, data }: Example, at: number): StoredEvent {
  const metadata = { schemaVersion, occurredAt: new Date(NOON + at).toISOString() };
  const place = { revision: at, position: BigInt(at + 1), recordedAt: NOON + at };
  return { stream, id: eventIdAt(at), type, data, metadata, ...place };
}

describe('a log of several schema versions', () => {
  test('folds: what was not noted in an older version is said to be unknown', () => {
    const events = mixed.map(({ type, schemaVersion, data }) =>
      cartCodec.decode(type, schemaVersion, data),
    );
    const state = events.reduce<CartState>(
      (so, event, at) => evolve(so, recordedAs(event, at)),
      initialCart,
    );
    expect(viewCart(state, NOON, standardRules).totals).toMatchObject({ total: 12 * 255 });
    expect(state).toMatchObject({ pricingVersion: 1 });
    expect(events[1]).toMatchObject({ data: { offerRevision: null } });
    expect(events[2]).toMatchObject({ data: { offerRevision: 0 } });
  });

  test('an order of version 1 gets the shares that its lines did not store', () => {
    const [first, second] = ['OrderPlaced.v1', 'OrderPlaced.v2'].map(example).map((stored) => {
      return orderCodec.decode(stored.type, stored.schemaVersion, stored.data);
    });
    expect(first).toEqual(second);
  });

  test('projects: rows do not tell which version they came from', () => {
    const rowsOf = (version: 1 | 2) => {
      const stored = storedAs(`order-${ORDER_ID}`, example(`OrderPlaced.v${version}`), 0);
      return projectionsOf(standardPricing).flatMap((projection) => {
        const event = understood(stored);
        return projection.keyOf(event) === undefined ? [] : [projection.evolve(undefined, event)];
      });
    };
    expect(rowsOf(1).length).toBeGreaterThan(1);
    expect(rowsOf(1)).toEqual(rowsOf(2));
    const cart = projectionsOf(standardPricing).find(({ name }) => name === 'cart');
    const row = mixed
      .map((stored, at) => understood(storedAs(`cart-${CART_ID}`, stored, at)))
      .reduce<Row | undefined>((so, event) => cart?.evolve(so, event), undefined);
    expect(row).toMatchObject({ revision: 3, status: 'CHECKED_OUT' });
  });

  test('an event newer than this code is told from one that is broken', () => {
    expect(() => cartCodec.decode('ItemAdded', 3, {})).toThrow(NewerEventError);
    expect(() => cartCodec.decode('ItemAdded', 0, {})).toThrow(/versions 1 to 2/);
  });
});
