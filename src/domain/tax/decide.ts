// Decides the commands of the tax rules.
import { isPlace } from '../countries.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import { textFault } from '../text.js';
import type { DefineTaxRule, TaxCommand, WithdrawTaxRule } from './commands.js';
import type { TaxEvent } from './events.js';
import { badTaxRule, taxRuleLimit, taxRuleNotFound } from './rejections.js';
import { MAX_PARTS_PER_MILLION, taxCategoryFault } from './rule.js';
import {
  type CountryTaxRule,
  evolve,
  initialTaxRules,
  isSameRule,
  ruleInForce,
  type TaxRulesState,
} from './state.js';

type TaxDecision = Decision<TaxEvent, Rejection>;

export type TaxDecider = Decider<TaxRulesState, TaxCommand, TaxEvent, Rejection>;

/** A cart stores all rules of its country. */
export const MAX_RULES_OF_COUNTRY = 200;
const MAX_RULES = 5_000;
const MAX_NAME_LENGTH = 40;

export const taxDecider: TaxDecider = {
  category: 'tax',
  initial: initialTaxRules,
  evolve,
  decide: (command, state) =>
    command.type === 'DefineTaxRule' ? define(command, state) : withdraw(command, state),
};

function define({ at, rule: asked }: DefineTaxRule, state: TaxRulesState): TaxDecision {
  const rule = { ...asked, holdsFrom: asked.holdsFrom ?? at };
  if (!isValid(rule)) return reject(badTaxRule);
  const known = state.rules.find((one) => isSameRule(one, rule));
  if (known === undefined) {
    const ofCountry = state.rules.filter(({ country }) => country === rule.country).length;
    if (ofCountry >= MAX_RULES_OF_COUNTRY || state.rules.length >= MAX_RULES) {
      return reject(taxRuleLimit(MAX_RULES_OF_COUNTRY));
    }
  }
  // A repetition appends nothing, also one that leaves the instant to the service.
  const before = asked.holdsFrom === null ? ruleInForce(state, rule) : known;
  return before !== undefined && says(before, rule)
    ? accept()
    : accept({ type: 'TaxRuleDefined', data: rule });
}

function withdraw({ rule }: WithdrawTaxRule, state: TaxRulesState): TaxDecision {
  if (!state.rules.some((one) => isSameRule(one, rule))) return reject(taxRuleNotFound);
  const { country, region, category, holdsFrom } = rule;
  return accept({ type: 'TaxRuleWithdrawn', data: { country, region, category, holdsFrom } });
}

function says(one: CountryTaxRule, other: CountryTaxRule): boolean {
  return (
    one.name === other.name &&
    one.partsPerMillion === other.partsPerMillion &&
    one.pricesIncludeTax === other.pricesIncludeTax
  );
}

function isValid(rule: CountryTaxRule): boolean {
  const { name, partsPerMillion: parts } = rule;
  const isRate = Number.isSafeInteger(parts) && parts >= 0 && parts <= MAX_PARTS_PER_MILLION;
  const isName =
    name.trim() !== '' && name.length <= MAX_NAME_LENGTH && textFault(name) === undefined;
  return isRate && isName && isPlace(rule) && taxCategoryFault(rule.category) === undefined;
}
