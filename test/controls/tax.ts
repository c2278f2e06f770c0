// Tax rules for tests, with what a test does not care about filled in.
import type { TaxRule } from '../../src/domain/tax/rule.js';

/** Included in prices, for all time. */
export function vat(percent: number, rule: Partial<TaxRule> = {}): TaxRule {
  return {
    category: 'standard',
    region: null,
    name: 'VAT',
    partsPerMillion: Math.round(percent * 10_000),
    pricesIncludeTax: true,
    holdsFrom: 0,
    ...rule,
  };
}

/** Added to prices, for all time. */
export function salesTax(percent: number, rule: Partial<TaxRule> = {}): TaxRule {
  return vat(percent, { name: 'Sales tax', pricesIncludeTax: false, ...rule });
}
