// Loads the pricing rules: the built-in ones, or those of the module in PRICING_RULES. Every
// process loads them through this module.
import { reasonOf } from '../errors/reason-of.js';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import {
  type Pricing,
  pricingOf,
  type PricingRules,
  standardPricing,
} from '../domain/cart/pricing.js';
import { checkedRules, PricingModuleError } from './checked-rules.js';

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
 * `rules`, by name or in its default: the known versions of the pricing in rising order; default:
 * the built-in rules
 * @throws PricingModuleError, also from the rules themselves
 */
export async function loadPricing(path: string | undefined): Promise<Pricing> {
  if (path === undefined) return standardPricing;
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as Exports;
    const rules = rulesIn(module);
    rulesSchema.parse(rules);
    // Not the parsed copies: rules may have constants and methods of their own.
    return pricingOf((rules as readonly PricingRules[]).map((each) => checkedRules(path, each)));
  } catch (error) {
    throw new PricingModuleError(`${path} has no valid pricing rules: ${problemOf(error)}`);
  }
}

interface Exports {
  readonly rules?: unknown;
  /** Of a CommonJS module: all that it exports. */
  readonly default?: { readonly rules?: unknown } | null;
}

/** Node finds only some of the names that a CommonJS module exports. */
function rulesIn(module: Exports): unknown {
  const rules = module.rules ?? module.default?.rules;
  if (rules !== undefined) return rules;
  throw new PricingModuleError('it exports no `rules`');
}

function problemOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  const [issue] = error.issues;
  return `rules${issue?.path.map((part) => `[${String(part)}]`).join('') ?? ''} ${issue?.message}`;
}
