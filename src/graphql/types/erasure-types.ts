// The input and the payload of an erasure.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

@InputType({ description: 'Exactly one of customerId and email' })
export class EraseCustomerInput {
  @Field(() => ID, { nullable: true, description: "The subject of the customer's sign-in" })
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Erases what everyone stored who gave this address, guests and customers',
  })
  email?: string | null;
}

@ObjectType({ description: 'What an erasure found', simpleResolvers: true })
export class ErasureResult {
  @Field(() => Int, {
    description: 'How many keys were destroyed; 0 when nothing could be read of this person',
  })
  keysDestroyed!: number;
}
