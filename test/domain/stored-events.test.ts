// Every version of every event that was ever stored still decodes, and is stored again unchanged.
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessCodec } from '../../src/domain/access/codec.js';
import { cartCodec } from '../../src/domain/cart/codec.js';
import { catalogCodec } from '../../src/domain/catalog/codec.js';
import { type Codec, MalformedEventError, UnknownEventError } from '../../src/domain/codec.js';
import { couponCodec } from '../../src/domain/coupon/codec.js';
import { inventoryCodec } from '../../src/domain/inventory/codec.js';
import { orderCodec } from '../../src/domain/order/codec.js';
import { personCodec } from '../../src/domain/person/codec.js';
import type { PersonEvent } from '../../src/domain/person/events.js';
import { shippingCodec } from '../../src/domain/shipping/codec.js';
import type { ShippingEvent } from '../../src/domain/shipping/events.js';
import { taxCodec } from '../../src/domain/tax/codec.js';
import type { TaxEvent } from '../../src/domain/tax/events.js';
import { webhookCodec } from '../../src/domain/webhook/codec.js';
import type { WebhookEvent } from '../../src/domain/webhook/events.js';
import type { ShopEvent } from '../../src/projections/projection.js';

type AnyEvent = ShopEvent | PersonEvent | TaxEvent | ShippingEvent | WebhookEvent;

interface Stored {
  readonly category:
    | 'access'
    | 'cart'
    | 'order'
    | 'catalog'
    | 'coupon'
    | 'inventory'
    | 'person'
    | 'tax'
    | 'shipping'
    | 'webhook';
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const codecs: Readonly<Record<Stored['category'], Codec<AnyEvent>>> = {
  access: accessCodec,
  cart: cartCodec,
  order: orderCodec,
  catalog: catalogCodec,
  coupon: couponCodec,
  inventory: inventoryCodec,
  person: personCodec,
  tax: taxCodec,
  shipping: shippingCodec,
  webhook: webhookCodec,
};

const folder = join(import.meta.dirname, '../stored-events');
const stored = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Stored) }));

/** Said here by hand: a type that nobody keeps an example of must not slip through. */
const newest: Readonly<Record<AnyEvent['type'], number>> = {
  CartOpened: 1,
  ItemAdded: 2,
  QuantityChanged: 1,
  ItemRemoved: 1,
  CouponApplied: 2,
  CouponRemoved: 1,
  CouponLapsed: 1,
  ItemsAdded: 1,
  PricesAccepted: 1,
  ChangeUndone: 2,
  CartAbandoned: 1,
  CartRevived: 1,
  CartClaimed: 1,
  CartMerged: 1,
  CartForked: 1,
  CartCheckedOut: 4,
  OrderPlaced: 5,
  OrderTotalCorrected: 1,
  InventoryReserved: 1,
  PaymentReceived: 1,
  PaymentDeclined: 1,
  OrderShipped: 1,
  OrderCancelled: 1,
  RefundRequested: 1,
  OrderRefunded: 1,
  RefundRefused: 1,
  ProductListed: 1,
  ProductRenamed: 1,
  ProductDescribed: 1,
  ProductTagged: 1,
  ProductPictured: 1,
  ProductTaxCategorized: 1,
  ProductPriceChanged: 1,
  ProductPricePlanned: 1,
  PlannedPriceDropped: 1,
  ProductDelisted: 1,
  ProductRestored: 1,
  CouponDefined: 2,
  CouponWithdrawn: 1,
  CouponRedeemed: 1,
  CouponUseReturned: 1,
  StockReceived: 1,
  StockAdjusted: 1,
  StockReserved: 1,
  StockReleased: 1,
  StockShipped: 1,
  CartAccessed: 2,
  PersonErased: 1,
  TaxRuleDefined: 1,
  TaxRuleWithdrawn: 1,
  WebhookRegistered: 1,
  WebhookChanged: 1,
  WebhookDisabled: 1,
  WebhookPaused: 1,
  WebhookResumed: 1,
  WebhookSecretRotated: 1,
  WebhookRemoved: 1,
  ShippingMethodDefined: 1,
  ShippingMethodWithdrawn: 1,
  ShippingAddressSet: 1,
  ShippingAddressRemoved: 1,
  TaxRulesApplied: 1,
  TaxCategoriesApplied: 1,
  ShippingMethodChosen: 1,
  ShippingMethodRemoved: 1,
  GiftNoteSet: 1,
  GiftNoteRemoved: 1,
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
