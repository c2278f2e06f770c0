// Why a cart comes to what it does, and what it would come to, as the API shows it.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { CartAsOf } from './cart-types.js';
import { CartEventType } from './event-types.js';
import { Money } from './money.js';

@ObjectType({ simpleResolvers: true, description: 'What one line has of a discount' })
export class ExplainedShare {
  @Field(() => ID)
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Money)
  amount!: Money;

  @Field(() => Boolean, {
    description:
      'The exact share was no whole number of minor units, and this line got more than that',
  })
  isRoundedUp!: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The event of the catalogue that offered a price',
})
export class PriceOffer {
  @Field(() => ID)
  sku!: string;

  @Field(() => Int, { description: "Of the product's stream" })
  revision!: number;
}

@ObjectType('ExplainedPart', { simpleResolvers: true })
export class ExplainedPartType {
  @Field(() => String, { description: 'For a person' })
  words!: string;

  @Field(() => Money)
  amount!: Money;

  @Field(() => CartEventType, { description: 'What caused it' })
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

@ObjectType({ simpleResolvers: true, description: 'A cart as it is, and as it would be' })
export class CartWhatIf {
  @Field(() => CartAsOf)
  before!: CartAsOf;

  @Field(() => CartAsOf)
  after!: CartAsOf;

  @Field(() => Money, { description: 'What the total would be, less what it is' })
  difference!: Money;
}
