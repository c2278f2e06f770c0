// How a cart's events are stored. Stored format: change only by adding a version and an upcaster.
import { z } from 'zod';
import { codecOf, firstVersion } from '../codec.js';
import type { CartEvent } from './events.js';

const minorUnits = z.int().min(0);
const count = z.int().min(1);
const instant = z.int();
const amount = z.object({ minorUnits, currency: z.string().length(3) });

/** Shared with the coupon's own definition, which stores the same terms. */
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
    // Which of the catalogue's events had offered the price was not noted then.
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
    // There was one set of rules while carts were checked out without naming it.
    upcasters: [(data) => ({ ...data, pricingVersion: 1 })],
  },
});
