// The commands of the tax rules. `at` is the instant of the command, in milliseconds since 1970.
import type { TaxRuleKey } from './events.js';
import type { CountryTaxRule } from './state.js';

/** Defines a rule, or changes the one that begins at the same instant. */
export interface DefineTaxRule {
  readonly type: 'DefineTaxRule';
  readonly at: number;
  /** `holdsFrom` null: from now on. */
  readonly rule: Omit<CountryTaxRule, 'holdsFrom'> & { readonly holdsFrom: number | null };
}

export interface WithdrawTaxRule {
  readonly type: 'WithdrawTaxRule';
  readonly at: number;
  readonly rule: TaxRuleKey;
}

export type TaxCommand = DefineTaxRule | WithdrawTaxRule;
