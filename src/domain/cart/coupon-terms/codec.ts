// Stored shapes of a coupon's terms, which its definition and the carts store alike. Stored format:
// change only by adding a version and an upcaster.
import { z } from 'zod';
import {
  currencySchema as currency,
  instantSchema as instant,
  type JsonObject,
  keySchema as key,
  minorUnitsSchema as minorUnits,
  type StoredEventType,
} from '../../codec.js';
import { openTerms } from '../coupon-terms.js';

const percentage = z.object({
  kind: z.literal('PERCENTAGE'),
  basisPoints: z.int().min(1).max(10_000),
});
const amountOff = z.object({ kind: z.literal('AMOUNT'), minorUnits: z.int().min(1), currency });
const count = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const freeUnits = z.object({ kind: z.literal('FREE_UNITS'), buy: count, free: count });

const firstTerms = z.object({
  discount: z.discriminatedUnion('kind', [percentage, amountOff]),
  minimumSpend: z.object({ minorUnits, currency }).nullable(),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
});

const terms = firstTerms.extend({
  discount: z.discriminatedUnion('kind', [percentage, amountOff, freeUnits]),
  skus: z.array(key).min(1).nullable(),
  currency: currency.nullable(),
  usageLimit: count.nullable(),
  perCustomerLimit: count.nullable(),
  exclusive: z.boolean(),
});

/** An event type that stores terms beside these properties, in both versions of the terms. */
export function withCouponTerms(properties: Readonly<Record<string, z.ZodType>>): StoredEventType {
  const first = z.object({ ...properties, terms: firstTerms });
  return {
    schema: z.object({ ...properties, terms }),
    olderSchemas: [first],
    // Version 1 was for all products and for any number of orders, beside any other coupon.
    upcasters: [
      (data): JsonObject => ({ ...data, terms: { ...openTerms, ...first.parse(data).terms } }),
    ],
  };
}
