// How an order's events are stored. Stored format: change only by adding a version and an upcaster.
import { z } from 'zod';
import { codecOf, firstVersion } from '../codec.js';
import type { OrderEvent } from './events.js';

const minorUnits = z.int().min(0);

export const orderCodec = codecOf<OrderEvent>({
  OrderPlaced: firstVersion(
    z.object({
      orderId: z.string().min(1),
      cartId: z.string().min(1),
      customerId: z.string().nullable(),
      currency: z.string().length(3),
      lines: z.array(
        z.object({
          sku: z.string().min(1),
          name: z.string(),
          quantity: z.int().min(1),
          unitPrice: minorUnits,
          total: minorUnits,
        }),
      ),
      subtotal: minorUnits,
      discount: minorUnits,
      total: minorUnits,
      units: z.int().min(1),
    }),
  ),
  OrderTotalCorrected: firstVersion(
    z.object({
      orderId: z.string().min(1),
      reportId: z.string().min(1),
      currency: z.string().length(3),
      previousTotal: minorUnits,
      correctedTotal: minorUnits,
      settlement: z.enum(['OWED_TO_CUSTOMER', 'FORGIVEN']),
      reason: z.string().min(1),
      operator: z.string().min(1),
      placedAt: z.int(),
    }),
  ),
});
