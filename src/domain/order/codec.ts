// Stored shapes of an order's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { sealedContactSchema } from '../cart/codec.js';
import { sealedWordsSchema } from '../cart/delivery/codec.js';
import { placeSchema, taxRuleSchema } from '../tax/codec.js';
import {
  codecOf,
  firstVersion,
  type JsonObject,
  type StoredEventTypes,
  currencySchema as currency,
  instantSchema as instant,
  keySchema as key,
  minorUnitsSchema as minorUnits,
  paymentIntentSchema,
  unitsSchema as units,
} from '../codec.js';
import type { OrderEvent } from './events.js';

const orderedLine = z.object({
  sku: key,
  name: z.string(),
  quantity: units,
  unitPrice: minorUnits,
  total: minorUnits,
});

const orderPlaced = z.object({
  orderId: key,
  cartId: key,
  customerId: z.string().nullable(),
  currency,
  lines: z.array(orderedLine),
  subtotal: minorUnits,
  discount: minorUnits,
  total: minorUnits,
  units,
});

const orderPlacedByLine = orderPlaced.extend({
  lines: z.array(orderedLine.extend({ subtotal: minorUnits, discount: minorUnits })),
  pricingVersion: z.int().min(1),
});

const orderPlacedTo = orderPlacedByLine.extend({ contact: sealedContactSchema.nullable() });

/** Version 1 did not store each line's share of the discount; it follows from the line's total. */
function withShares(data: JsonObject): JsonObject {
  const { lines, ...order } = orderPlaced.parse(data);
  const shared = lines.map((line) => {
    const subtotal = line.quantity * line.unitPrice;
    return { ...line, subtotal, discount: subtotal - line.total };
  });
  // Version 1 did not name its pricing rules; only version 1 of the rules existed.
  return { ...order, lines: shared, pricingVersion: 1 };
}

/** Up to version 3 nothing was charged, and an order did not store its coupons. */
function withPayment(data: JsonObject): JsonObject {
  return { ...data, coupons: [], payment: { kind: 'NONE' } };
}

const orderPlacedToPay = orderPlacedTo.extend({
  coupons: z.array(key),
  payment: paymentIntentSchema,
});

const orderedTax = z.object({
  name: z.string(),
  category: key,
  partsPerMillion: taxRuleSchema.shape.partsPerMillion,
  included: z.boolean(),
  base: minorUnits,
  amount: minorUnits,
  inLines: z.array(minorUnits),
  inShipping: minorUnits,
});

const delivery = z.object({
  shipTo: placeSchema.extend({ address: sealedWordsSchema.nullable() }).nullable(),
  shipping: z.object({ code: key, name: z.string(), amount: minorUnits }).nullable(),
  taxes: z.array(orderedTax),
  giftNote: sealedWordsSchema.nullable(),
});

/** Up to version 4 nothing was agreed on besides the goods. */
function withoutDelivery(data: JsonObject): JsonObject {
  return { ...data, delivery: null };
}

const revenueLoss = z.object({
  orderId: key,
  currency,
  forgone: minorUnits,
  placedAt: instant,
});

export const storedOrderEvents: StoredEventTypes<OrderEvent> = {
  OrderPlaced: {
    schema: orderPlacedToPay.extend({ delivery: delivery.nullable() }),
    olderSchemas: [orderPlaced, orderPlacedByLine, orderPlacedTo, orderPlacedToPay],
    // Version 2 did not store the contact.
    upcasters: [withShares, (data) => ({ ...data, contact: null }), withPayment, withoutDelivery],
  },
  OrderTotalCorrected: firstVersion(
    z.object({
      orderId: key,
      reportId: z.string().min(1),
      currency,
      previousTotal: minorUnits,
      correctedTotal: minorUnits,
      settlement: z.enum(['OWED_TO_CUSTOMER', 'FORGIVEN']),
      reason: z.string().min(1),
      operator: z.string().min(1),
      placedAt: instant,
    }),
  ),
  InventoryReserved: firstVersion(z.object({ orderId: key })),
  PaymentReceived: firstVersion(
    z.object({ orderId: key, amount: minorUnits, currency, gatewayReference: key.nullable() }),
  ),
  PaymentDeclined: firstVersion(z.object({ orderId: key, reason: z.string().min(1) })),
  OrderShipped: firstVersion(
    z.object({
      orderId: key,
      carrier: z.string().nullable(),
      trackingNumber: z.string().nullable(),
    }),
  ),
  OrderCancelled: firstVersion(
    revenueLoss.extend({
      reason: z.string().min(1),
      by: z.enum(['FULFILMENT', 'STAFF']),
      units,
    }),
  ),
  RefundRequested: firstVersion(
    z.object({ orderId: key, refundId: key, amount: minorUnits, reason: z.string().min(1) }),
  ),
  OrderRefunded: firstVersion(
    revenueLoss.extend({
      refundId: key,
      amount: minorUnits,
      reason: z.string().min(1),
      gatewayReference: key,
    }),
  ),
  RefundRefused: firstVersion(z.object({ orderId: key, refundId: key, reason: z.string().min(1) })),
};

export const orderCodec = codecOf<OrderEvent>(storedOrderEvents, ({ data }) => data.orderId);
