// Inputs of an administrator's mutations of the read models.
import { Field, InputType } from 'type-graphql';
import { CommandInput } from './command-inputs.js';

@InputType({ description: 'What is left out is false' })
export class RebuildProjectionsInput extends CommandInput {
  @Field(() => [String], { nullable: true, description: 'Names of read models; default: all' })
  names?: readonly string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Rebuild read models even when they are on standby',
  })
  fresh?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Report on the carts even when both have the same pricing version',
  })
  report?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Do not slow down while the shop sells',
  })
  fullSpeed?: boolean | null;
}

@InputType({ description: 'What is left out is false' })
export class PromoteProjectionsInput extends CommandInput {
  @Field(() => [String], {
    nullable: true,
    description:
      'Names of read models; default: all that are on standby, and all that need a rebuild',
  })
  names?: readonly string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Promote although rows differ for no known reason',
  })
  acceptDrift?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Do not slow down while the shop sells',
  })
  fullSpeed?: boolean | null;
}

@InputType({ description: 'What is left out is false' })
export class RollBackProjectionsInput extends CommandInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Names of read models; default: those of the last promotion',
  })
  names?: readonly string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Roll back even to rows that were not kept up to date',
  })
  acceptStale?: boolean | null;
}
