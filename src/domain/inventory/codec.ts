// Stored shapes of the events of stock. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { MAX_UNITS } from '../cart/limits.js';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  instantSchema as instant,
  keySchema as key,
  unitsSchema as quantity,
} from '../codec.js';
import type { InventoryEvent } from './events.js';

const change = z.int().min(-MAX_UNITS).max(MAX_UNITS);
const ofOrder = { sku: key, orderId: key };
const attemptId = key.nullable();

export const storedInventoryEvents: StoredEventTypes<InventoryEvent> = {
  StockReceived: firstVersion(z.object({ sku: key, quantity, reference: z.string().nullable() })),
  StockAdjusted: firstVersion(z.object({ sku: key, change, reason: z.string() })),
  StockReserved: firstVersion(
    z.object({ ...ofOrder, cartId: key, attemptId, quantity, expiresAt: instant.nullable() }),
  ),
  StockReleased: firstVersion(
    z.object({
      ...ofOrder,
      attemptId,
      reason: z.enum(['CHECKOUT_REFUSED', 'EXPIRED', 'ORDER_CANCELLED']),
    }),
  ),
  StockShipped: firstVersion(z.object({ ...ofOrder, quantity })),
};

export const inventoryCodec = codecOf<InventoryEvent>(
  storedInventoryEvents,
  ({ data }) => data.sku,
);
