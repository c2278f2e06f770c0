// Loads a module of rules that may be unfinished: each discount is checked, and an invalid one is
// reported with its call.
import type { PricingRules } from '../domain/cart/pricing.js';
import { loadPricing, PricingModuleError } from './pricing-module.js';

/**
 * The newest rules of the module.
 *
 * @throws PricingModuleError, also from `discountOf` when the module's own throws or returns a
 * number that is not whole
 */
export async function supposedRules(path: string): Promise<PricingRules> {
  const { current } = await loadPricing(path);
  return {
    version: current.version,
    discountOf: (terms, subtotal, left) => {
      const discount = discountOrFault(() => current.discountOf(terms, subtotal, left));
      if (typeof discount === 'number' && Number.isSafeInteger(discount)) return discount;
      const call = `discountOf(${JSON.stringify(terms)}, ${subtotal}, ${left})`;
      throw new PricingModuleError(
        `${path}: ${call} of version ${current.version} gave ${String(discount)}, not a whole number of minor units`,
      );
    },
  };
}

/** A module with stripped types may return anything. */
function discountOrFault(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (fault) {
    return fault;
  }
}
