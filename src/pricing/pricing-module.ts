// The rules by which this build prices carts: its own, or those of a module that a shop names in
// PRICING_RULES. Whoever prices or projects loads them by the same path.
import { reasonOf } from '../errors/reason-of.js';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type Pricing, pricingOf, standardPricing } from '../domain/cart/pricing.js';

/** The module is not there, fails, or does not export rules. */
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
  }),
);

/**
 * @param path of a module (JavaScript, or TypeScript that needs nothing but its types stripped)
 * that exports `rules`, the known versions of the pricing in rising order; without it, the built-in
 * ones
 * @throws PricingModuleError
 */
export async function loadPricing(path: string | undefined): Promise<Pricing> {
  if (path === undefined) return standardPricing;
  try {
    const loaded = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
    return pricingOf(rulesSchema.parse(loaded['rules']));
  } catch (error) {
    throw new PricingModuleError(`${path} gives no pricing rules: ${problemOf(error)}`);
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  const [issue] = error.issues;
  return `rules${issue?.path.map((part) => `[${String(part)}]`).join('') ?? ''} ${issue?.message}`;
}
