// The tax rules of the shop, folded from their events.
import { assertNever } from '../assert-never.js';
import { isSamePlace, type Place } from '../countries.js';
import type { Recorded } from '../decider.js';
import type { TaxEvent, TaxRuleKey } from './events.js';
import { rulesFrom, type TaxRule } from './rule.js';

export interface CountryTaxRule extends TaxRule {
  readonly country: string;
}

export interface DefinedTaxRule extends CountryTaxRule {
  /** Of the event that gave it its terms. */
  readonly revision: number;
}

export interface TaxRulesState {
  /** By country, region, category and instant, in the order of their first definition. */
  readonly rules: readonly DefinedTaxRule[];
  readonly revision: number;
}

export const initialTaxRules: TaxRulesState = { rules: [], revision: -1 };

export function evolve(state: TaxRulesState, event: Recorded<TaxEvent>): TaxRulesState {
  const { revision } = event;
  switch (event.type) {
    case 'TaxRuleDefined':
      return { rules: withRule(state.rules, { ...event.data, revision }), revision };
    case 'TaxRuleWithdrawn':
      return { rules: state.rules.filter((rule) => !isSameRule(rule, event.data)), revision };
    default:
      return assertNever(event);
  }
}

function withRule(
  rules: readonly DefinedTaxRule[],
  defined: DefinedTaxRule,
): readonly DefinedTaxRule[] {
  const index = rules.findIndex((rule) => isSameRule(rule, defined));
  return index < 0 ? [...rules, defined] : rules.with(index, defined);
}

export function isSameRule(one: TaxRuleKey, other: TaxRuleKey): boolean {
  return (
    isSamePlace(one, other) && one.category === other.category && one.holdsFrom === other.holdsFrom
  );
}

/** The rule that holds for the same goods at the same place, at an instant. */
export function ruleInForce(
  { rules }: TaxRulesState,
  wanted: TaxRuleKey,
): DefinedTaxRule | undefined {
  return rules
    .filter((rule) => isSameRule({ ...rule, holdsFrom: 0 }, { ...wanted, holdsFrom: 0 }))
    .filter(({ holdsFrom }) => holdsFrom <= wanted.holdsFrom)
    .sort((one, other) => one.holdsFrom - other.holdsFrom)
    .at(-1);
}

function ofCountry(rule: CountryTaxRule): TaxRule {
  const { category, region: of, name, partsPerMillion, pricesIncludeTax, holdsFrom } = rule;
  return { category, region: of, name, partsPerMillion, pricesIncludeTax, holdsFrom };
}

/** The rules of a place that hold at an instant or later; without those that ended before it. */
export function rulesOfPlace(
  { rules }: TaxRulesState,
  { country, region }: Place,
  at: number,
): readonly TaxRule[] {
  const here = rules.filter(
    (rule) => rule.country === country && (rule.region === null || rule.region === region),
  );
  return rulesFrom(here, at).map(ofCountry);
}
