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
  paymentIntentSchema,
  unitsSchema as units,
} from '../codec.js';
import { storedDeliveryEvents } from './delivery/codec.js';
import { withCouponTerms } from './coupon-terms/codec.js';
import type { CartEvent } from './events.js';

const itemAdded = z.object({
  sku: key,
  name: z.string(),
  quantity: units,
  unitPrice: minorUnits,
});

const quantifiedPrice = z.object({ quantity: units, unitPrice: minorUnits });
const code = z.string().min(1).max(40);
const revision = z.int().min(0);

const offeredLine = itemAdded.extend({ offerRevision: revision.nullable() });
/** A refused line is stored as it was asked for. */
const refusedLine = z.object({ index: z.int().min(0), sku: key, quantity: z.int(), refusal: code });
const itemsAdded = z.object({ lines: z.array(offeredLine), refused: z.array(refusedLine) });
const carriedCoupons = z.array(z.object({ code: key, refusal: code.nullable() }));
const strategy = z.enum(['SUM', 'MAX', 'GUEST', 'CUSTOMER']);
const tokenHash = z.string().length(64);

const mergedLine = z.object({
  sku: key,
  name: z.string(),
  guestQuantity: units,
  customerQuantity: z.int().min(0),
  keepsCustomers: z.boolean(),
  taken: z.array(quantifiedPrice),
  refusal: code.nullable(),
});

const restoredLine = z.object({
  sku: key,
  name: z.string(),
  addedAt: instant,
  position: z.int().min(0),
  portions: z.array(quantifiedPrice),
});

const changeUndone = z.object({
  undone: z.object({ type: z.string().min(1).max(100), revision }),
  lines: z.array(restoredLine),
  coupon: key.nullable(),
});

const acceptedPrice = z.object({
  sku: key,
  from: minorUnits,
  unitPrice: minorUnits,
  offerRevision: revision.nullable(),
});

const checkedOut = z.object({ orderId: key, total: minorUnits });
const checkedOutUnder = checkedOut.extend({ pricingVersion: z.int().min(1) });

/** An order stores the same. */
export const sealedContactSchema = z.object({ keyId: key, sealed: z.string().min(1) });

const checkedOutBy = checkedOutUnder.extend({ contact: sealedContactSchema.nullable() });

export const storedCartEvents: StoredEventTypes<CartEvent> = {
  CartOpened: firstVersion(
    z.object({
      cartId: key,
      currency,
      customerId: z.string().nullable(),
      tokenHash: tokenHash.nullable(),
    }),
  ),
  ItemAdded: {
    schema: offeredLine,
    olderSchemas: [itemAdded],
    // Version 1 did not record the revision of the product's stream.
    upcasters: [(data) => ({ ...data, offerRevision: null })],
  },
  ItemsAdded: firstVersion(itemsAdded),
  QuantityChanged: firstVersion(
    z.object({
      sku: key,
      from: units,
      to: units,
      unitPrice: minorUnits.nullable(),
    }),
  ),
  ItemRemoved: firstVersion(z.object({ sku: key, quantity: units })),
  CouponApplied: withCouponTerms({ code: key, description: z.string() }),
  CouponRemoved: firstVersion(z.object({ code: key })),
  CouponLapsed: firstVersion(z.object({ code: key, reason: z.enum(['WITHDRAWN']) })),
  PricesAccepted: firstVersion(z.object({ prices: z.array(acceptedPrice) })),
  ChangeUndone: {
    schema: changeUndone.extend({
      delivery: z.enum(['ADDRESS', 'SHIPPING_METHOD', 'GIFT_NOTE']).nullable(),
    }),
    olderSchemas: [changeUndone],
    // Up to version 1 no undo was about the delivery.
    upcasters: [(data) => ({ ...data, delivery: null })],
  },
  CartAbandoned: firstVersion(z.object({ idleSince: instant })),
  CartRevived: firstVersion(z.object({ abandonedAt: instant })),
  CartClaimed: firstVersion(
    z.object({ customerId: z.string(), tokenHash, strategy, intoCartId: key.nullable() }),
  ),
  CartMerged: firstVersion(
    z.object({
      fromCartId: key,
      fromRevision: revision,
      strategy,
      lines: z.array(mergedLine),
      coupons: carriedCoupons,
    }),
  ),
  CartForked: firstVersion(
    itemsAdded.extend({ fromCartId: key, fromRevision: revision, coupons: carriedCoupons }),
  ),
  ...storedDeliveryEvents,
  CartCheckedOut: {
    schema: checkedOutBy.extend({ payment: paymentIntentSchema }),
    olderSchemas: [checkedOut, checkedOutUnder, checkedOutBy],
    upcasters: [
      // Version 1 did not name its pricing rules; only version 1 of the rules existed.
      (data) => ({ ...data, pricingVersion: 1 }),
      // Version 2 did not store the contact.
      (data) => ({ ...data, contact: null }),
      // Up to version 3 nothing was charged.
      (data) => ({ ...data, payment: { kind: 'NONE' } }),
    ],
  },
};

export const cartCodec = codecOf<CartEvent>(storedCartEvents, ({ type, data }) =>
  type === 'CartOpened' ? data.cartId : undefined,
);
