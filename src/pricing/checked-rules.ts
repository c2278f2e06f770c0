// Guards the rules of a module: a module with stripped types may return anything, and change what
// it is given. A fraction of a unit, NaN or a promise would become the total of a cart; terms that
// it changed would stay so in the folded carts.
import type { PricingRules } from '../domain/cart/pricing.js';

/** The module is missing, fails, does not export rules, or they answer with no whole number. */
export class PricingModuleError extends Error {
  override readonly name = 'PricingModuleError';
}

/**
 * The same rules, called as methods of the module's own object.
 *
 * @param path of the module
 * @throws PricingModuleError from its functions, when the module's own throws or returns a number
 * that is not whole
 */
export function checkedRules(path: string, rules: PricingRules): PricingRules {
  const { version, freeUnitsOf, taxOf } = rules;
  const checked = (name: string, given: readonly unknown[], ask: () => unknown): number => {
    freeze(given);
    const answer = answerOrFault(ask);
    if (typeof answer === 'number' && Number.isSafeInteger(answer)) return answer;
    const call = `${name}(${given.map((each) => JSON.stringify(each)).join(', ')})`;
    throw new PricingModuleError(
      `${path}: ${call} of version ${version} gave ${textOf(answer)}, not a whole number${name !== 'freeUnitsOf' ? ' of minor units' : ''}`,
    );
  };
  return {
    version,
    discountOf: (...given) => checked('discountOf', given, () => rules.discountOf(...given)),
    taxOf: taxOf && ((...given) => checked('taxOf', given, () => taxOf.call(rules, ...given))),
    freeUnitsOf:
      freeUnitsOf &&
      ((...given) => checked('freeUnitsOf', given, () => freeUnitsOf.call(rules, ...given))),
  };
}

/** With all that it holds, so that it is frozen once. */
function freeze(given: unknown): void {
  if (typeof given !== 'object' || given === null || Object.isFrozen(given)) return;
  Object.values(Object.freeze(given)).forEach(freeze);
}

function answerOrFault(ask: () => unknown): unknown {
  try {
    const answer = ask();
    // It is refused all the same. A rejection that nobody hears would end the process.
    if (answer instanceof Promise) answer.catch(() => undefined);
    return answer;
  } catch (fault) {
    return fault;
  }
}

/** Not every object has a text. */
function textOf(answer: unknown): string {
  try {
    return String(answer);
  } catch {
    return Object.prototype.toString.call(answer);
  }
}
