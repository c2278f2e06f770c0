// What a shopper's commands take. Shapes only: input-rules.ts judges the values.
import { Field, ID, InputType, Int } from 'type-graphql';
import { SafeIntScalar } from '../scalars.js';

const commandId =
  'The idempotency key, a UUID: the same id with the same input gives the first answer again';
const openingCommandId =
  'The idempotency key, a random UUID (version 4 or 7) that nobody else knows: a repetition gives ' +
  'the cart and its token again. With any other UUID, a repetition has to come with the token';
const expectedRevision =
  'Optimistic lock. If omitted, a concurrent change triggers an automatic retry, never CONFLICT';

@InputType()
export class OpenCartInput {
  @Field(() => String, { nullable: true, defaultValue: 'GBP', description: 'ISO 4217' })
  currency?: string | null;

  @Field(() => ID, { nullable: true, description: openingCommandId })
  commandId?: string | null;
}

@InputType()
export class AddItemInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => ID)
  sku!: string;

  @Field(() => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null;

  @Field(() => ID, { nullable: true, description: commandId })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedRevision })
  expectedRevision?: number | null;
}

@InputType()
export class ChangeQuantityInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => ID)
  sku!: string;

  @Field(() => Int, { description: 'The whole quantity from now on; 0 removes the line' })
  quantity!: number;

  @Field(() => ID, { nullable: true, description: commandId })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedRevision })
  expectedRevision?: number | null;
}

@InputType()
export class RemoveItemInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => ID)
  sku!: string;

  @Field(() => ID, { nullable: true, description: commandId })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedRevision })
  expectedRevision?: number | null;
}

@InputType()
export class ApplyCouponInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => String)
  code!: string;

  @Field(() => ID, { nullable: true, description: commandId })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedRevision })
  expectedRevision?: number | null;
}

@InputType()
export class RemoveCouponInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => String)
  code!: string;

  @Field(() => ID, { nullable: true, description: commandId })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedRevision })
  expectedRevision?: number | null;
}

@InputType()
export class CheckoutInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => SafeIntScalar, {
    description:
      'What the shopper saw, in minor units. Any other total now: rejection TOTAL_CHANGED, nothing placed',
  })
  expectedTotal!: number;

  @Field(() => String)
  email!: string;

  @Field(() => String, {
    description:
      'For the payment that is to come. Nothing looks at it yet: no token is declined, no card is charged',
  })
  paymentToken!: string;

  @Field(() => ID, { nullable: true, description: commandId })
  commandId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedRevision })
  expectedRevision?: number | null;
}
