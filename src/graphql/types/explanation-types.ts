// The API's explanation of a cart's total, and its what-if.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { CartAsOf } from './cart-types.js';
import { CartEventType } from './event-types.js';
import { Money } from './money.js';

@ObjectType({ simpleResolvers: true, description: "A line's share of a discount or a tax" })
export class ExplainedShare {
  @Field(() => ID, { description: 'The product of the line' })
  sku!: string;

  @Field(() => String, { description: 'The name of the product' })
  name!: string;

  @Field(() => Money, { description: 'Its part of the discount' })
  amount!: Money;

  @Field(() => Boolean, {
    description:
      'True when the exact share was not a whole number of minor units and was rounded up',
  })
  isRoundedUp!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The catalogue event that offered the price',
})
export class PriceOffer {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, { description: "Revision in the product's stream" })
  revision!: number;
}

@ObjectType('ExplainedPart', {
  description: "A part of a cart's total, and what it was made from",
  simpleResolvers: true,
})
export class ExplainedPartType {
  @Field(() => String, { description: 'A sentence for people' })
  words!: string;

  @Field(() => Money, { description: 'What it adds; negative for a discount' })
  amount!: Money;

  @Field(() => CartEventType, { description: 'The event that caused it' })
  event!: CartEventType;

  @Field(() => PriceOffer, {
    description: 'The offer behind the price; null for other parts',
    nullable: true,
  })
  offer!: PriceOffer | null;

  @Field(() => [ExplainedShare], { description: 'How a discount falls on the lines' })
  shares!: readonly ExplainedShare[];
}

@ObjectType({ simpleResolvers: true, description: 'The parts sum to the total' })
export class CartExplanation {
  @Field(() => ID, { description: 'The cart' })
  cartId!: string;

  @Field(() => DateTimeScalar, { description: 'The instant that it explains' })
  at!: number;

  @Field(() => Int, { description: 'The last event that counts' })
  revision!: number;

  @Field(() => Money, { description: 'What the cart cost then' })
  total!: Money;

  @Field(() => [ExplainedPartType], { description: 'What the total is made of' })
  parts!: readonly ExplainedPartType[];
}

@ObjectType({ simpleResolvers: true, description: 'The actual cart and the supposed one' })
export class CartWhatIf {
  @Field(() => CartAsOf, { description: 'The actual cart' })
  before!: CartAsOf;

  @Field(() => CartAsOf, { description: 'The supposed cart' })
  after!: CartAsOf;

  @Field(() => Money, { description: 'The supposed total minus the actual one' })
  difference!: Money;
}
