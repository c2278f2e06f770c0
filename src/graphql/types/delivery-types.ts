// The API's view of where a cart or an order goes, and of what that costs.
import { Field, Int, ObjectType } from 'type-graphql';
import { Money } from './money.js';

@ObjectType('ShipTo', {
  description: 'The place that taxes and shipping methods depend on',
  simpleResolvers: true,
})
export class ShipToType {
  @Field(() => String, { description: 'ISO 3166-1, two letters' })
  country!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 3166-2 without the country, such as CA; null: not told',
  })
  region!: string | null;
}

@ObjectType('PostalAddress', {
  description:
    'Where to bring the goods. It is stored encrypted, and is null once its person was erased',
  simpleResolvers: true,
})
export class PostalAddressType {
  @Field(() => String, { description: 'Who it goes to' })
  name!: string;

  @Field(() => [String], { description: 'Street, house, and what else the address needs' })
  lines!: readonly string[];

  @Field(() => String, { description: 'The town' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'Where the country has postal codes' })
  postalCode!: string | null;

  @Field(() => String, { nullable: true, description: 'For the carrier' })
  phone!: string | null;
}

@ObjectType('ChosenShippingMethod', {
  description: 'How a cart goes, on the terms of the moment when it was chosen',
  simpleResolvers: true,
})
export class ChosenShippingMethodType {
  @Field(() => String, { description: 'The code of the shipping method' })
  code!: string;

  @Field(() => String, { description: 'What customers read' })
  name!: string;

  @Field(() => Money, { description: 'What it costs now: 0 when it is free for this cart' })
  price!: Money;

  @Field(() => Boolean, { description: 'False when it cannot bring the cart where it goes' })
  eligible!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it is not eligible' })
  reason!: string | null;
}

@ObjectType('LineTax', {
  description: 'The tax of a line, of what discounts leave of it',
  simpleResolvers: true,
})
export class LineTaxType {
  @Field(() => String, { description: 'Such as VAT' })
  name!: string;

  @Field(() => String, { description: 'The category of the rule that counts' })
  category!: string;

  @Field(() => Int, { description: 'Of the price without tax: 200000 is 20 %' })
  ratePartsPerMillion!: number;

  @Field(() => Boolean, {
    description: 'Whether the prices include it; if not, it is added to the total',
  })
  included!: boolean;

  @Field(() => Money, { description: "The line's part of the tax" })
  amount!: Money;
}

@ObjectType('TaxAmount', {
  description: 'What one tax rule takes; computed once, and spread over lines and shipping',
  simpleResolvers: true,
})
export class TaxAmountType extends LineTaxType {
  @Field(() => Money, { description: 'What is taxed, as prices state it' })
  taxable!: Money;
}

@ObjectType('OrderedShippingMethod', {
  description: 'How an order goes',
  simpleResolvers: true,
})
export class OrderedShippingMethodType {
  @Field(() => String, { description: 'The code of the shipping method' })
  code!: string;

  @Field(() => String, { description: 'What customers read' })
  name!: string;

  @Field(() => Money, { description: 'What it costs' })
  price!: Money;
}
