// The place of a page in a connection, after the Relay cursor connections specification.
import { Directive, Field, ObjectType } from 'type-graphql';

// Other subgraphs of a platform define it too.
@Directive('@shareable')
@ObjectType({ description: 'The place of a page in its connection', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether items follow' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether items come before' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    description: 'Cursor of the first item; null on an empty page',
    nullable: true,
  })
  startCursor!: string | null;

  @Field(() => String, {
    description: 'Cursor of the last item; null on an empty page',
    nullable: true,
  })
  endCursor!: string | null;
}
