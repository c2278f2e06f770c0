// Every value that a codec accepts, whether or not it makes sense: made from the very schemas by
// which events are stored, so that a new event is tried as soon as there is one.
import fc from 'fast-check';
import { z } from 'zod';
import { storedCartEvents } from '../../src/domain/cart/codec.js';
import { storedCatalogEvents } from '../../src/domain/catalog/codec.js';
import type { JsonObject, StoredEventType } from '../../src/domain/codec.js';
import { storedCouponEvents } from '../../src/domain/coupon/codec.js';
import { storedInventoryEvents } from '../../src/domain/inventory/codec.js';
import { storedOrderEvents } from '../../src/domain/order/codec.js';

const MAX_TIME = 8_640_000_000_000_000;

/** Few enough that events meet on one product or coupon. */
const texts = [
  ...['A', 'B', 'GB', 'ZZ', 'GBP', 'JPY', 'ZZZ', 'standard', 'books', '', ' ', '__proto__'],
  ...['constructor', 'a/b-c', '\u202e!'],
  ...['\0', 'a\0b', '\ud800', 'a\udc00', '💷', 'a'.repeat(64), 'é'.repeat(500)],
  'x'.repeat(200_000),
];

const numbers = [
  ...[0, 1, 2, 3, 5, 100, 9_999, 10_000, 10_001, 2 ** 31 - 1, 2 ** 31, 2 ** 52, 2 ** 53 - 1],
  ...[-1, -(2 ** 53) + 1, MAX_TIME, MAX_TIME + 1, -MAX_TIME, Date.UTC(9999, 11, 31)],
  ...[Date.UTC(2010, 11, 8), 94_906_265, 4_503_599_627_370_495],
];

/** Those of the values that the schema accepts. */
function accepted<Value>(schema: z.core.$ZodType, values: readonly Value[]): fc.Arbitrary<Value> {
  const fitting = values.filter((value) => z.safeParse(schema, value).success);
  if (fitting.length === 0) throw new RangeError('None of the values fits a schema');
  return fc.constantFrom(...fitting);
}

/** @throws RangeError for a kind of schema that it has not met before */
export function acceptedBy(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = schema._zod as { readonly def: z.core.$ZodTypes['_zod']['def'] };
  switch (def.type) {
    case 'string':
      return accepted(schema, texts);
    case 'number':
      return accepted(schema, numbers);
    case 'boolean':
      return fc.boolean();
    case 'nullable':
      return fc.option(acceptedBy(def.innerType));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'array':
      return fc.array(acceptedBy(def.element), { maxLength: 4 });
    case 'union':
      return fc.oneof(...def.options.map(acceptedBy));
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(def.shape).map(([name, inner]) => [name, acceptedBy(inner)]),
        ),
      );
    default:
      throw new RangeError(`Nothing makes values of a schema of type ${def.type}`);
  }
}

export interface AbsurdEvent {
  readonly stream: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  /** When it says that it occurred, in milliseconds since 1970. */
  readonly occurredAt: number;
}

interface Category {
  readonly types: Readonly<Record<string, StoredEventType>>;
  /** Under which its events name what their stream is about. */
  readonly id: string;
  readonly ids: readonly string[];
}

const uuid = (end: number) => `0193a000-0000-7000-8000-00000000000${end}`;

const categories: Readonly<Record<string, Category>> = {
  cart: { types: storedCartEvents, id: 'cartId', ids: [uuid(2), uuid(3)] },
  order: { types: storedOrderEvents, id: 'orderId', ids: [uuid(4), uuid(5)] },
  product: { types: storedCatalogEvents, id: 'sku', ids: ['A', '__proto__', 'a\0b', 'é'] },
  coupon: { types: storedCouponEvents, id: 'code', ids: ['A', 'x'.repeat(600)] },
  inventory: { types: storedInventoryEvents, id: 'sku', ids: ['A', '__proto__'] },
};

const occurredAt = fc.constantFrom(
  ...[Date.UTC(2010, 11, 8), Date.UTC(9999, 11, 31, 23, 59), MAX_TIME, -MAX_TIME, 0],
);

function eventsOf(category: string, { types, id, ids }: Category): fc.Arbitrary<AbsurdEvent> {
  const ofType = ([type, { schema, olderSchemas }]: [string, StoredEventType]) => {
    const versions = [...olderSchemas, schema];
    return versions.map((one, index) =>
      fc
        .record({
          subject: fc.constantFrom(...ids),
          data: acceptedBy(one),
          occurredAt,
          isAboutItself: fc.nat(9).map((n) => n > 0),
        })
        .map(({ subject, data, isAboutItself, ...when }): AbsurdEvent => {
          const content = data as JsonObject;
          const isNamed = isAboutItself && id in content;
          return {
            ...{ stream: `${category}-${subject}`, type, schemaVersion: index + 1 },
            ...{ data: isNamed ? { ...content, [id]: subject } : content, ...when },
          };
        }),
    );
  };
  return fc.oneof(...Object.entries(types).flatMap(ofType));
}

const anyEvent = fc.oneof(
  ...Object.entries(categories).map(([name, category]) => ({
    // Most of what can go wrong between events does so in carts.
    weight: name === 'cart' ? 6 : 2,
    arbitrary: eventsOf(name, category),
  })),
);

const opening = (id: string): AbsurdEvent => ({
  ...{ stream: `cart-${id}`, type: 'CartOpened', schemaVersion: 1, occurredAt: 0 },
  data: { cartId: id, currency: 'GBP', customerId: null, tokenHash: null },
});

/** Sequences in which most carts are opened before anything else happens to them. */
export const absurdEvents: fc.Arbitrary<readonly AbsurdEvent[]> = fc
  .record({
    opened: fc.subarray([uuid(2), uuid(3)]),
    events: fc.array(anyEvent, { maxLength: 30 }),
  })
  .map(({ opened, events }) => [...opened.map(opening), ...events]);
