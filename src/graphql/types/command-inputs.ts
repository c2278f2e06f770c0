// What the inputs of all commands have in common.
import { Field, ID, InputType, Int } from 'type-graphql';

export const commandIdText =
  'The idempotency key, a UUID: the same id with the same input gives the first answer again';

@InputType()
export abstract class CommandInput {
  @Field(() => ID, { nullable: true, description: commandIdText })
  commandId?: string | null;
}

@InputType()
export abstract class CartCommandInput extends CommandInput {
  @Field(() => ID)
  cartId!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Optimistic lock. If omitted, a concurrent change triggers an automatic retry, never CONFLICT',
  })
  expectedRevision?: number | null;
}
