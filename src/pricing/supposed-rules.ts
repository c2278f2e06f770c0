// Loads a module of rules that may be unfinished: each discount is checked, and an invalid one is
// reported with its call.
import type { PricingRules } from '../domain/cart/pricing.js';
import { loadPricing, PricingModuleError } from './pricing-module.js';

/**
 * The newest rules of the module.
 *
 * @throws PricingModuleError, also from `discountOf`, `freeUnitsOf` and `taxOf` when the module's
 * own throws or returns a number that is not whole
 */
export async function supposedRules(path: string): Promise<PricingRules> {
  const { current } = await loadPricing(path);
  const checked = (name: string, given: readonly unknown[], ask: () => unknown): number => {
    const answer = answerOrFault(ask);
    if (typeof answer === 'number' && Number.isSafeInteger(answer)) return answer;
    const call = `${name}(${given.map((each) => JSON.stringify(each)).join(', ')})`;
    throw new PricingModuleError(
      `${path}: ${call} of version ${current.version} gave ${String(answer)}, not a whole number${name !== 'freeUnitsOf' ? ' of minor units' : ''}`,
    );
  };
  const { freeUnitsOf, taxOf } = current;
  return {
    version: current.version,
    discountOf: (...given) => checked('discountOf', given, () => current.discountOf(...given)),
    taxOf: taxOf && ((...given) => checked('taxOf', given, () => taxOf.call(current, ...given))),
    freeUnitsOf:
      freeUnitsOf &&
      ((...given) => checked('freeUnitsOf', given, () => freeUnitsOf.call(current, ...given))),
  };
}

/** A module with stripped types may return anything. */
function answerOrFault(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (fault) {
    return fault;
  }
}
