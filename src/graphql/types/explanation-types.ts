// The API's explanation of a cart's total, and its what-if.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { CartAsOf } from './cart-types.js';
import { CartEventType } from './event-types.js';
import { Money } from './money.js';

@ObjectType({ simpleResolvers: true, description: "A line's share of a discount" })
export class ExplainedShare {
  @Field(() => ID)
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Money)
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
  @Field(() => ID)
  sku!: string;

  @Field(() => Int, { description: "Revision in the product's stream" })
  revision!: number;
}

@ObjectType('ExplainedPart', { simpleResolvers: true })
export class ExplainedPartType {
  @Field(() => String, { description: 'A sentence for people' })
  words!: string;

  @Field(() => Money)
  amount!: Money;

  @Field(() => CartEventType, { description: 'The event that caused it' })
  event!: CartEventType;

  @Field(() => PriceOffer, { nullable: true })
  offer!: PriceOffer | null;

  @Field(() => [ExplainedShare])
  shares!: readonly ExplainedShare[];
}

@ObjectType({ simpleResolvers: true, description: 'The parts sum to the total' })
export class CartExplanation {
  @Field(() => ID)
  cartId!: string;

  @Field(() => DateTimeScalar)
  at!: number;

  @Field(() => Int)
  revision!: number;

  @Field(() => Money)
  total!: Money;

  @Field(() => [ExplainedPartType])
  parts!: readonly ExplainedPartType[];
}

@ObjectType({ simpleResolvers: true, description: 'The actual cart and the supposed one' })
export class CartWhatIf {
  @Field(() => CartAsOf)
  before!: CartAsOf;

  @Field(() => CartAsOf)
  after!: CartAsOf;

  @Field(() => Money, { description: 'The supposed total minus the actual one' })
  difference!: Money;
}
