// The common fields of all command inputs.
import { Field, ID, InputType, Int } from 'type-graphql';

export const commandIdText =
  'Idempotency key, a UUID. Repeating a command with this key returns the original result';

@InputType()
export abstract class CommandInput {
  @Field(() => ID, { nullable: true, description: commandIdText })
  commandId?: string | null;
}

/** @param what is changed, and where its revision is */
export const lockText = (what: string) => `Optimistic lock: any other revision of ${what}`;

/** For what can be there already, or not yet. */
export const definingLockText = (what: string) => `${lockText(what)}. -1: there is none yet`;

@InputType()
export abstract class CartCommandInput extends CommandInput {
  @Field(() => ID, { description: 'The cart to change' })
  cartId!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Optimistic lock. If omitted, a concurrent change triggers an automatic retry, never CONFLICT',
  })
  expectedRevision?: number | null;
}
