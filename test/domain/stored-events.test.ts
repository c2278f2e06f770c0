// Every version of every event that was ever stored still decodes, and is stored again unchanged.
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cartCodec } from '../../src/domain/cart/codec.js';
import { catalogCodec } from '../../src/domain/catalog/codec.js';
import { type Codec, MalformedEventError, UnknownEventError } from '../../src/domain/codec.js';
import { couponCodec } from '../../src/domain/coupon/codec.js';
import { orderCodec } from '../../src/domain/order/codec.js';
import type { ShopEvent } from '../../src/projections/projection.js';

interface Stored {
  readonly category: 'cart' | 'order' | 'catalog' | 'coupon';
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const codecs: Readonly<Record<Stored['category'], Codec<ShopEvent>>> = {
  cart: cartCodec,
  order: orderCodec,
  catalog: catalogCodec,
  coupon: couponCodec,
};

const folder = join(import.meta.dirname, '../stored-events');
const stored = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Stored) }));

/** Said here by hand: a type that nobody keeps an example of must not slip through. */
const newest: Readonly<Record<ShopEvent['type'], number>> = {
  CartOpened: 1,
  ItemAdded: 2,
  QuantityChanged: 1,
  ItemRemoved: 1,
  CouponApplied: 1,
  CouponRemoved: 1,
  CartCheckedOut: 2,
  OrderPlaced: 2,
  OrderTotalCorrected: 1,
  ProductListed: 1,
  ProductPriceChanged: 1,
  ProductDelisted: 1,
  CouponDefined: 1,
  CouponWithdrawn: 1,
};

describe('stored events', () => {
  test('there is an example of every version of every type', () => {
    const expected = Object.entries(newest).flatMap(([type, versions]) =>
      Array.from({ length: versions }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(stored.map(({ name }) => name).sort()).toEqual(expected.sort());
  });

  test.each(stored)('$name', ({ category, type, schemaVersion, data }) => {
    const codec = codecs[category];
    const event = codec.decode(type, schemaVersion, data);
    expect(event.type).toBe(type);
    const again = codec.encode(event);
    expect(again.schemaVersion).toBe(newest[event.type]);
    if (schemaVersion === again.schemaVersion) expect(again).toEqual({ type, schemaVersion, data });
  });

  test.each(stored)('$name: content that does not fit is refused by name', (example) => {
    const { category, type, schemaVersion, data } = example;
    const [property = ''] = Object.keys(data);
    const broken = { ...data, [property]: { nonsense: true } };
    expect(() => codecs[category].decode(type, schemaVersion, broken)).toThrow(MalformedEventError);
    expect(() => codecs[category].decode(type, schemaVersion, 'a plain string')).toThrow(
      MalformedEventError,
    );
  });

  test('a version newer than this code, and a type that it does not know, are errors', () => {
    expect(() => cartCodec.decode('CartOpened', 2, {})).toThrow(/versions 1 to 1/);
    expect(() => cartCodec.decode('CartPainted', 1, {})).toThrow(UnknownEventError);
  });
});
