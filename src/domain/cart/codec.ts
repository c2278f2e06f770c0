// Stored shapes of the cart's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { codecOf, firstVersion } from '../codec.js';
import type { CartEvent } from './events.js';

const minorUnits = z.int().min(0);
const count = z.int().min(1);
const instant = z.int();
const amount = z.object({ minorUnits, currency: z.string().length(3) });

/** The coupon's own definition stores the same terms. */
export const couponTermsSchema = z.object({
  discount: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('PERCENTAGE'), basisPoints: z.int().min(1).max(10_000) }),
    z.object({
      kind: z.literal('AMOUNT'),
      minorUnits: z.int().min(1),
      currency: z.string().length(3),
    }),
  ]),
  minimumSpend: amount.nullable(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
});

const itemAdded = z.object({
  sku: z.string().min(1),
  name: z.string(),
  quantity: count,
  unitPrice: minorUnits,
});

const checkedOut = z.object({ orderId: z.string().min(1), total: minorUnits });

export const cartCodec = codecOf<CartEvent>({
  CartOpened: firstVersion(
    z.object({
      cartId: z.string().min(1),
      currency: z.string().length(3),
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
      sku: z.string().min(1),
      from: count,
      to: count,
      unitPrice: minorUnits.nullable(),
    }),
  ),
  ItemRemoved: firstVersion(z.object({ sku: z.string().min(1), quantity: count })),
  CouponApplied: firstVersion(
    z.object({ code: z.string().min(1), description: z.string(), terms: couponTermsSchema }),
  ),
  CouponRemoved: firstVersion(z.object({ code: z.string().min(1) })),
  CartCheckedOut: {
    schema: checkedOut.extend({ pricingVersion: z.int().min(1) }),
    olderSchemas: [checkedOut],
    // Version 1 did not name its pricing rules; only version 1 of the rules existed.
    upcasters: [(data) => ({ ...data, pricingVersion: 1 })],
  },
});
