// Stored shapes of the cart's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  currencySchema as currency,
  instantSchema as instant,
  keySchema as key,
  minorUnitsSchema as minorUnits,
  unitsSchema as units,
} from '../codec.js';
import type { CartEvent } from './events.js';

const amount = z.object({ minorUnits, currency });

/** The coupon's own definition stores the same terms. */
export const couponTermsSchema = z.object({
  discount: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('PERCENTAGE'), basisPoints: z.int().min(1).max(10_000) }),
    z.object({
      kind: z.literal('AMOUNT'),
      minorUnits: z.int().min(1),
      currency,
    }),
  ]),
  minimumSpend: amount.nullable(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
});

const itemAdded = z.object({
  sku: key,
  name: z.string(),
  quantity: units,
  unitPrice: minorUnits,
});

const checkedOut = z.object({ orderId: key, total: minorUnits });

export const storedCartEvents: StoredEventTypes<CartEvent> = {
  CartOpened: firstVersion(
    z.object({
      cartId: key,
      currency,
      customerId: z.string().nullable(),
      tokenHash: z.string().length(64).nullable(),
    }),
  ),
  ItemAdded: {
    schema: itemAdded.extend({ offerRevision: z.int().min(0).nullable() }),
    olderSchemas: [itemAdded],
    // Version 1 did not record the revision of the product's stream.
    upcasters: [(data) => ({ ...data, offerRevision: null })],
  },
  QuantityChanged: firstVersion(
    z.object({
      sku: key,
      from: units,
      to: units,
      unitPrice: minorUnits.nullable(),
    }),
  ),
  ItemRemoved: firstVersion(z.object({ sku: key, quantity: units })),
  CouponApplied: firstVersion(
    z.object({ code: key, description: z.string(), terms: couponTermsSchema }),
  ),
  CouponRemoved: firstVersion(z.object({ code: key })),
  CartCheckedOut: {
    schema: checkedOut.extend({ pricingVersion: z.int().min(1) }),
    olderSchemas: [checkedOut],
    // Version 1 did not name its pricing rules; only version 1 of the rules existed.
    upcasters: [(data) => ({ ...data, pricingVersion: 1 })],
  },
};

export const cartCodec = codecOf<CartEvent>(storedCartEvents);
