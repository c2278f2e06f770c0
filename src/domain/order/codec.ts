// Stored shapes of an order's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import {
  codecOf,
  firstVersion,
  type JsonObject,
  type StoredEventTypes,
  currencySchema as currency,
  instantSchema as instant,
  keySchema as key,
  minorUnitsSchema as minorUnits,
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

export const storedOrderEvents: StoredEventTypes<OrderEvent> = {
  OrderPlaced: {
    schema: orderPlaced.extend({
      lines: z.array(orderedLine.extend({ subtotal: minorUnits, discount: minorUnits })),
      pricingVersion: z.int().min(1),
    }),
    olderSchemas: [orderPlaced],
    upcasters: [withShares],
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
};

export const orderCodec = codecOf<OrderEvent>(storedOrderEvents, ({ data }) => data.orderId);
