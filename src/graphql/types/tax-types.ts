// The API's tax rules, for staff.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { CommandInput, definingLockText, lockText } from './command-inputs.js';
import { RejectionType } from './rejections.js';

const countryText = 'ISO 3166-1, two letters';
const regionText = 'ISO 3166-2 without the country, such as CA. Null: the whole country';
const categoryText = 'The tax category of products and shipping methods, such as standard';
const rateText = 'Of the price without tax: 200000 is 20 %';
const ruleText = 'the rule gets CONFLICT. See TaxRule.revision';
const includedText = 'Whether prices include the tax; if not, it is added to them';

@ObjectType('TaxRule', {
  description: 'How much of the price of a category is tax in a country, from an instant on',
  simpleResolvers: true,
})
export class TaxRuleType {
  @Field(() => String, { description: countryText })
  country!: string;

  @Field(() => String, { nullable: true, description: regionText })
  region!: string | null;

  @Field(() => String, { description: categoryText })
  category!: string;

  @Field(() => String, { description: 'What customers read, such as VAT' })
  name!: string;

  @Field(() => Int, { description: rateText })
  ratePartsPerMillion!: number;

  @Field(() => Boolean, { description: includedText })
  pricesIncludeTax!: boolean;

  @Field(() => DateTimeScalar, { description: 'The first instant at which it holds' })
  holdsFrom!: number;

  @Field(() => Int, { description: 'For the expectedRevision of its commands' })
  revision!: number;
}

@InputType({ description: 'Replaces the rule that begins at the same instant' })
export class DefineTaxRuleInput extends CommandInput {
  @Field(() => String, { description: countryText })
  country!: string;

  @Field(() => String, { nullable: true, description: regionText })
  region?: string | null;

  @Field(() => String, { nullable: true, defaultValue: 'standard', description: categoryText })
  category?: string | null;

  @Field(() => String, { description: 'What customers read, such as VAT' })
  name!: string;

  @Field(() => Int, { description: rateText })
  ratePartsPerMillion!: number;

  @Field(() => Boolean, { description: includedText })
  pricesIncludeTax!: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant at which it holds. Default: now',
  })
  holdsFrom?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: definingLockText(`${ruleText}, without holdsFrom of the rule in force`),
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'Names the rule' })
export class WithdrawTaxRuleInput extends CommandInput {
  @Field(() => String, { description: countryText })
  country!: string;

  @Field(() => String, { nullable: true, description: regionText })
  region?: string | null;

  @Field(() => String, { nullable: true, defaultValue: 'standard', description: categoryText })
  category?: string | null;

  @Field(() => DateTimeScalar, { description: 'The first instant at which it holds' })
  holdsFrom!: number;

  @Field(() => Int, { nullable: true, description: lockText(ruleText) })
  expectedRevision?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'The result of a command on tax rules' })
export class TaxRulesPayload {
  @Field(() => ID, { nullable: true, description: 'The country; null after a rejection' })
  country!: string | null;

  @Field(() => [TaxRuleType], { description: 'All rules of the country, in all times' })
  taxRules!: readonly TaxRuleType[];

  @Field(() => RejectionType, { nullable: true, description: 'Why nothing changed' })
  rejection!: RejectionType | null;
}
