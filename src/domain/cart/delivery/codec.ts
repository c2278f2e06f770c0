// Stored shapes of the cart's events about where it goes. Stored format: change only by adding a
// version and an upcaster.
import { z } from 'zod';
import {
  firstVersion,
  type StoredEventTypes,
  keySchema as key,
  minorUnitsSchema as minorUnits,
} from '../../codec.js';
import { placeSchema, taxRuleSchema } from '../../tax/codec.js';
import type { DeliveryEvent } from './events.js';

/** An order stores the same. */
export const sealedWordsSchema = z.object({ keyId: key, sealed: z.string().min(1) });

export const storedDeliveryEvents: StoredEventTypes<DeliveryEvent> = {
  ShippingAddressSet: firstVersion(placeSchema.extend({ address: sealedWordsSchema.nullable() })),
  ShippingAddressRemoved: firstVersion(placeSchema),
  TaxRulesApplied: firstVersion(placeSchema.extend({ rules: z.array(taxRuleSchema) })),
  TaxCategoriesApplied: firstVersion(
    z.object({ products: z.array(z.object({ sku: key, taxCategory: key })) }),
  ),
  ShippingMethodChosen: firstVersion(
    z.object({
      code: key,
      name: z.string(),
      price: minorUnits,
      freeFrom: minorUnits.nullable(),
      countries: z.array(placeSchema.shape.country).min(1).nullable(),
      taxCategory: key,
      offerRevision: z.int().min(0),
    }),
  ),
  ShippingMethodRemoved: firstVersion(z.object({ code: key })),
  GiftNoteSet: firstVersion(z.object({ note: sealedWordsSchema })),
  GiftNoteRemoved: firstVersion(z.object({ keyId: key })),
};
