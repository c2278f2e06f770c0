// Stored shapes of shipping methods. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  currencySchema as currency,
  keySchema as key,
  minorUnitsSchema as minorUnits,
} from '../codec.js';
import { placeSchema } from '../tax/codec.js';
import type { ShippingEvent } from './events.js';

const { country } = placeSchema.shape;

export const storedShippingEvents: StoredEventTypes<ShippingEvent> = {
  ShippingMethodDefined: firstVersion(
    z.object({
      code: key,
      name: z.string(),
      countries: z.array(country).min(1).nullable(),
      taxCategory: key,
      prices: z.array(z.object({ currency, minorUnits, freeFrom: minorUnits.nullable() })).min(1),
    }),
  ),
  ShippingMethodWithdrawn: firstVersion(z.object({ code: key })),
};

export const shippingCodec = codecOf<ShippingEvent>(storedShippingEvents);
