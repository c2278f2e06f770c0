// Loads the pricing rules: the built-in ones, or those of the module in PRICING_RULES. Every
// process loads them through this module.
import { reasonOf } from '../errors/reason-of.js';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type Pricing, pricingOf, standardPricing } from '../domain/cart/pricing.js';

/** The module is missing, fails, or does not export rules. */
export class PricingModuleError extends Error {
  override readonly name = 'PricingModuleError';
}

const rulesSchema = z.array(
  z.object({
    version: z.int().min(1),
    discountOf: z.custom<(typeof standardPricing.current)['discountOf']>(
      (value) => typeof value === 'function',
      'must be a function',
    ),
    freeUnitsOf: z
      .custom<NonNullable<(typeof standardPricing.current)['freeUnitsOf']>>(
        (value) => typeof value === 'function',
        'must be a function',
      )
      .optional(),
    taxOf: z
      .custom<NonNullable<(typeof standardPricing.current)['taxOf']>>(
        (value) => typeof value === 'function',
        'must be a function',
      )
      .optional(),
  }),
);

/**
 * @param path a module (JavaScript, or TypeScript that only needs its types stripped) that exports
 * `rules`, the known versions of the pricing in rising order; default: the built-in rules
 * @throws PricingModuleError
 */
export async function loadPricing(path: string | undefined): Promise<Pricing> {
  if (path === undefined) return standardPricing;
  try {
    const loaded = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
    return pricingOf(rulesSchema.parse(loaded['rules']));
  } catch (error) {
    throw new PricingModuleError(`${path} has no valid pricing rules: ${problemOf(error)}`);
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  const [issue] = error.issues;
  return `rules${issue?.path.map((part) => `[${String(part)}]`).join('') ?? ''} ${issue?.message}`;
}
