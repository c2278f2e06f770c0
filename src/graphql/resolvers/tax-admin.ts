// Tax rules: an administrator's mutations, and the list of all rules for staff.
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { CountryTaxRule, TaxRulesState } from '../../domain/tax/state.js';
import { demand } from '../access.js';
import { counted } from '../command-count.js';
import { commandContext, definingContext, type RequestContext } from '../context.js';
import { countryOf, regionOf, taxCategoryOf, textOf } from '../input-rules.js';
import type { CommandOutcome } from '../services.js';
import {
  DefineTaxRuleInput,
  TaxRulesPayload,
  TaxRuleType,
  WithdrawTaxRuleInput,
} from '../types/tax-types.js';

@Resolver()
export class TaxAdmin {
  @Query(() => [TaxRuleType], {
    description: 'All tax rules, or those of one country, in all times. For support and admins',
  })
  async taxRules(
    @Ctx() context: RequestContext,
    @Arg('country', () => String, { nullable: true, description: 'ISO 3166-1, two letters' })
    country?: string | null,
  ): Promise<readonly TaxRuleType[]> {
    demand(context, 'tax:read');
    const wanted = country == null ? null : countryOf(country);
    const state = await context.services.tax.all();
    return shownRules(state, (rule) => wanted === null || rule.country === wanted);
  }

  @Mutation(() => TaxRulesPayload, {
    description: 'Sets the tax of a category in a country, now or from an instant on',
  })
  defineTaxRule(
    @Ctx() context: RequestContext,
    @Arg('input', () => DefineTaxRuleInput, { description: 'What to do' })
    input: DefineTaxRuleInput,
  ): Promise<TaxRulesPayload> {
    demand(context, 'tax:change');
    const rule = {
      ...namedIn(input),
      name: textOf(input.name, 'name', 40),
      partsPerMillion: input.ratePartsPerMillion,
      pricesIncludeTax: input.pricesIncludeTax,
      holdsFrom: input.holdsFrom ?? null,
    };
    const defining = context.services.tax.define(rule, definingContext(context, input));
    return ruled(context, 'defineTaxRule', rule.country, defining);
  }

  @Mutation(() => TaxRulesPayload, {
    description: 'Takes a tax rule back, as if it had never been defined; the one before it holds',
  })
  withdrawTaxRule(
    @Ctx() context: RequestContext,
    @Arg('input', () => WithdrawTaxRuleInput, { description: 'What to do' })
    input: WithdrawTaxRuleInput,
  ): Promise<TaxRulesPayload> {
    demand(context, 'tax:change');
    const rule = { ...namedIn(input), holdsFrom: input.holdsFrom };
    const withdrawing = context.services.tax.withdraw(rule, commandContext(context, input));
    return ruled(context, 'withdrawTaxRule', rule.country, withdrawing);
  }
}

function namedIn({ country, region, category }: DefineTaxRuleInput | WithdrawTaxRuleInput) {
  return {
    country: countryOf(country),
    region: region == null ? null : regionOf(region),
    category: taxCategoryOf(category ?? 'standard'),
  };
}

async function ruled(
  context: RequestContext,
  command: string,
  country: string,
  running: Promise<CommandOutcome<TaxRulesState>>,
): Promise<TaxRulesPayload> {
  const outcome = await counted(context.services, command, running, (answer) => answer);
  if (!outcome.accepted) return { country: null, taxRules: [], rejection: outcome.rejection };
  const taxRules = shownRules(outcome.state, (rule) => rule.country === country);
  return { country, taxRules, rejection: null };
}

function shownRules(
  { rules }: TaxRulesState,
  isWanted: (rule: CountryTaxRule) => boolean,
): readonly TaxRuleType[] {
  return rules
    .filter(isWanted)
    .map(({ partsPerMillion, ...rule }) => ({ ...rule, ratePartsPerMillion: partsPerMillion }));
}
