// The events of the tax rules. All rules are in one stream. Stored format: change only by adding a
// version and an upcaster.
import type { TaxRule } from './rule.js';

/** A rule begins at an instant, or one that begins then is replaced. */
export interface TaxRuleDefined {
  readonly type: 'TaxRuleDefined';
  readonly data: TaxRule & {
    /** ISO 3166-1, two letters. */
    readonly country: string;
  };
}

/** What names a rule. */
export interface TaxRuleKey extends Pick<TaxRule, 'region' | 'category' | 'holdsFrom'> {
  readonly country: string;
}

/** The rule is gone, as if it had never been defined; carts keep those that they have. */
export interface TaxRuleWithdrawn {
  readonly type: 'TaxRuleWithdrawn';
  readonly data: TaxRuleKey;
}

export type TaxEvent = TaxRuleDefined | TaxRuleWithdrawn;
