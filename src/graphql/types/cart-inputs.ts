// Inputs of a shopper's commands. They define shapes only; input-rules.ts validates the values.
import { Field, ID, InputType, Int } from 'type-graphql';
import { SafeIntScalar } from '../scalars.js';
import { CartCommandInput } from './command-inputs.js';

const openingCommandId =
  'The idempotency key: a random UUID (version 4 or 7) that you keep secret. Repeating it returns ' +
  'the cart and its token again. With any other UUID, a repetition must also send the token';
@InputType()
export class OpenCartInput {
  @Field(() => String, { nullable: true, defaultValue: 'GBP', description: 'ISO 4217' })
  currency?: string | null;

  @Field(() => ID, { nullable: true, description: openingCommandId })
  commandId?: string | null;
}

@InputType()
export class AddItemInput extends CartCommandInput {
  @Field(() => ID)
  sku!: string;

  @Field(() => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null;
}

@InputType()
export class ChangeQuantityInput extends CartCommandInput {
  @Field(() => ID)
  sku!: string;

  @Field(() => Int, { description: 'The new quantity of the line; 0 removes it' })
  quantity!: number;
}

@InputType()
export class RemoveItemInput extends CartCommandInput {
  @Field(() => ID)
  sku!: string;
}

@InputType()
export class ApplyCouponInput extends CartCommandInput {
  @Field(() => String)
  code!: string;
}

@InputType()
export class RemoveCouponInput extends CartCommandInput {
  @Field(() => String)
  code!: string;
}

@InputType()
export class CheckoutInput extends CartCommandInput {
  @Field(() => SafeIntScalar, {
    description:
      'What the shopper saw, in minor units. Any other total now: rejection TOTAL_CHANGED, nothing placed',
  })
  expectedTotal!: number;

  @Field(() => String)
  email!: string;

  @Field(() => String, {
    description:
      'Reserved for payment. It is not used yet: no token is declined and no card is charged',
  })
  paymentToken!: string;
}
