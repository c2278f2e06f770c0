// Inputs of a shopper's commands. They define shapes only; input-rules.ts validates the values.
import { Field, ID, InputType, Int } from 'type-graphql';
import { SafeIntScalar } from '../scalars.js';
import { CartCommandInput, CommandInput } from './command-inputs.js';

const openingCommandId =
  'The idempotency key: a random UUID (version 4 or 7) that you keep secret. Repeating it returns ' +
  'the cart and its token again. With any other UUID, a repetition must also send the token';

@InputType({ description: 'A product with a quantity' })
export class LineInput {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, { description: 'Units, 1 or more', nullable: true, defaultValue: 1 })
  quantity?: number | null;
}

@InputType({ description: 'Opens a cart' })
export class OpenCartInput {
  @Field(() => String, { nullable: true, defaultValue: 'GBP', description: 'ISO 4217' })
  currency?: string | null;

  @Field(() => ID, { nullable: true, description: openingCommandId })
  commandId?: string | null;

  @Field(() => [LineInput], {
    nullable: true,
    description: 'First lines, at most 250. Those that cannot be added are left out: see report',
  })
  lines?: LineInput[] | null;
}

@InputType({ description: 'Adds several lines to a cart with one event' })
export class AddItemsInput extends CartCommandInput {
  @Field(() => [LineInput], { description: 'From 1 to 250 lines' })
  lines!: LineInput[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'Whether the lines that can be added are, when others cannot. Default: all or none',
  })
  partially?: boolean | null;
}

@InputType({ description: 'Takes the offered prices for every line of a cart' })
export class AcceptPricesInput extends CartCommandInput {}

@InputType({ description: "Reverts the caller's last change of a cart" })
export class UndoInput extends CartCommandInput {}

@InputType({ description: 'Opens a new cart from a past state of a cart' })
export class ForkCartInput extends CommandInput {
  @Field(() => ID, { description: 'The cart to copy' })
  cartId!: string;

  @Field(() => Int, { description: 'The revision of the cart to copy' })
  atRevision!: number;
}

@InputType({ description: 'Adds units of a product to a cart' })
export class AddItemInput extends CartCommandInput {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, { description: 'Units to add, 1 or more', nullable: true, defaultValue: 1 })
  quantity?: number | null;
}

@InputType({ description: 'Sets the quantity of a line' })
export class ChangeQuantityInput extends CartCommandInput {
  @Field(() => ID, { description: 'The product of the line' })
  sku!: string;

  @Field(() => Int, { description: 'The new quantity of the line; 0 removes it' })
  quantity!: number;
}

@InputType({ description: 'Removes a line from a cart' })
export class RemoveItemInput extends CartCommandInput {
  @Field(() => ID, { description: 'The product of the line' })
  sku!: string;
}

@InputType({ description: 'Puts a coupon on a cart' })
export class ApplyCouponInput extends CartCommandInput {
  @Field(() => String, { description: 'In any case' })
  code!: string;
}

@InputType({ description: 'Takes a coupon off a cart' })
export class RemoveCouponInput extends CartCommandInput {
  @Field(() => String, { description: 'In any case' })
  code!: string;
}

@InputType({ description: 'Closes a cart and places its order' })
export class CheckoutInput extends CartCommandInput {
  @Field(() => SafeIntScalar, {
    description:
      'What the shopper saw, in minor units. Any other total now: rejection TOTAL_CHANGED, nothing placed',
  })
  expectedTotal!: number;

  @Field(() => String, {
    description: 'Where mail about the order goes. It enters the log only encrypted',
  })
  email!: string;

  @Field(() => String, {
    description:
      'What the gateway gave the browser for the card. It is charged after the checkout: watch the order',
  })
  paymentToken!: string;
}
