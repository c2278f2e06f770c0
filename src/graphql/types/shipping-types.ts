// The API's shipping methods.
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { SafeIntScalar } from '../scalars.js';
import { MoneyInput } from './admin-inputs.js';
import { CommandInput, definingLockText, lockText } from './command-inputs.js';
import { Money } from './money.js';
import { RejectionType } from './rejections.js';

const countriesText = 'ISO 3166-1, two letters each; null: every country';
const methodText = 'the method gets CONFLICT. See ShippingMethod.revision';
const categoryText = 'What tax rules are by, such as standard';

@ObjectType('ShippingPrice', {
  description: 'What a shipping method costs in one currency',
  simpleResolvers: true,
})
export class ShippingPriceType {
  @Field(() => Money, { description: 'What it costs' })
  price!: Money;

  @Field(() => Money, {
    nullable: true,
    description: 'It is free when the goods cost as much after discounts; null: never',
  })
  freeFrom!: Money | null;
}

@ObjectType('ShippingMethod', {
  description: 'A way to bring orders to customers',
  simpleResolvers: true,
})
export class ShippingMethodType {
  @Field(() => String, { description: 'What carts choose it by' })
  code!: string;

  @Field(() => String, { description: 'What customers read' })
  name!: string;

  @Field(() => [String], { nullable: true, description: countriesText })
  countries!: readonly string[] | null;

  @Field(() => String, { description: categoryText })
  taxCategory!: string;

  @Field(() => [ShippingPriceType], { description: 'One for each currency' })
  prices!: readonly ShippingPriceType[];

  @Field(() => Boolean, { description: 'True when no cart can choose it any more' })
  withdrawn!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'For the expectedRevision of its commands; null in shippingMethods',
  })
  revision!: number | null;
}

@InputType({ description: 'What a shipping method costs in one currency' })
export class ShippingPriceInput {
  @Field(() => MoneyInput, { description: 'What it costs' })
  price!: MoneyInput;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'In minor units of the same currency. If omitted, it is never free',
  })
  freeFrom?: number | null;
}

@InputType({ description: 'Replaces the terms of the method with this code' })
export class DefineShippingMethodInput extends CommandInput {
  @Field(() => String, { description: '1 to 40 of A to Z, 0 to 9, hyphen and underscore' })
  code!: string;

  @Field(() => String, { description: 'What customers read' })
  name!: string;

  @Field(() => [String], { nullable: true, description: countriesText })
  countries?: string[] | null;

  @Field(() => String, { nullable: true, defaultValue: 'standard', description: categoryText })
  taxCategory?: string | null;

  @Field(() => [ShippingPriceInput], { description: 'One for each currency, 1 to 50' })
  prices!: ShippingPriceInput[];

  @Field(() => Int, {
    nullable: true,
    description: definingLockText(methodText),
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'Names the method' })
export class WithdrawShippingMethodInput extends CommandInput {
  @Field(() => String, { description: 'The code of the method' })
  code!: string;

  @Field(() => Int, { nullable: true, description: lockText(methodText) })
  expectedRevision?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'The result of a command on shipping methods' })
export class ShippingMethodPayload {
  @Field(() => ShippingMethodType, { nullable: true, description: 'Null after a rejection' })
  shippingMethod!: ShippingMethodType | null;

  @Field(() => RejectionType, { nullable: true, description: 'Why nothing changed' })
  rejection!: RejectionType | null;
}
