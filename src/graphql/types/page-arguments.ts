// The arguments of lists, after the Relay cursor connections specification.
import { ArgsType, Field, Int } from 'type-graphql';

export const defaultPageSize = 20;

/** For a list that is read from both ends, with a `first` of its own. */
@ArgsType()
export class PlaceArguments {
  @Field(() => String, { nullable: true, description: 'Begin after this cursor' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'Size of the page, from the end' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'End before this cursor' })
  before?: string | null;
}

/** For a list that is read from both ends. */
@ArgsType()
export class PageArguments extends PlaceArguments {
  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultPageSize,
    description: 'Size of the page; not used with last',
  })
  first?: number | null;
}

/** For a list that is read from its beginning alone. */
@ArgsType()
export class ForwardPageArguments {
  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultPageSize,
    description: 'Size of the page',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Begin after this cursor' })
  after?: string | null;
}
