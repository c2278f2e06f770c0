// Stored shapes of tax rules, which their own stream and the carts store alike. Stored format:
// change only by adding a version and an upcaster.
import { z } from 'zod';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  instantSchema as instant,
  keySchema as key,
} from '../codec.js';
import type { TaxEvent } from './events.js';

export const placeSchema = z.object({
  country: z.string().regex(/^[A-Z]{2}$/),
  region: z
    .string()
    .regex(/^[A-Z0-9]{1,3}$/)
    .nullable(),
});

const { country, region } = placeSchema.shape;
const named = { region, category: key, holdsFrom: instant };

export const taxRuleSchema = z.object({
  ...named,
  name: z.string(),
  partsPerMillion: z.int().min(0).max(1_000_000),
  pricesIncludeTax: z.boolean(),
});

export const storedTaxEvents: StoredEventTypes<TaxEvent> = {
  TaxRuleDefined: firstVersion(taxRuleSchema.extend({ country })),
  TaxRuleWithdrawn: firstVersion(z.object({ ...named, country })),
};

export const taxCodec = codecOf<TaxEvent>(storedTaxEvents);
