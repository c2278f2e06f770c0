// The rules of a module that its author may still be writing: their discounts are checked, and a
// wrong one is reported by its call.
import type { PricingRules } from '../domain/cart/pricing.js';
import { loadPricing, PricingModuleError } from './pricing-module.js';

/**
 * The newest rules of the module.
 * @throws PricingModuleError; `discountOf` throws it as well where the module's own throws, or
 * gives no whole number
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
        `${path}: ${call} of version ${current.version} gave ${String(discount)}, which is no whole number of minor units`,
      );
    },
  };
}

/** A module whose types were only stripped may give anything. */
function discountOrFault(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (fault) {
    return fault;
  }
}
