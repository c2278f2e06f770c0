// The API's records of staff's looks at carts.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { PageInfo } from './page-info.js';

@InputType({ description: 'All conditions that are given hold at once' })
export class AccessFilter {
  @Field(() => ID, { nullable: true, description: 'Looks at this cart, and at its order' })
  cartId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Who looked' })
  subject?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Then or later' })
  from?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Before' })
  until?: number | null;
}

@ObjectType('AccessRecord', {
  description: 'Somebody of the staff looked at a cart, or at its order',
  simpleResolvers: true,
})
export class AccessRecordType {
  @Field(() => ID, { description: 'Its own id' })
  id!: string;

  @Field(() => ID, { description: 'The cart, also where its order was looked at' })
  cartId!: string;

  @Field(() => ID, { description: 'Who looked, as the sign-in names them' })
  subject!: string;

  @Field(() => String, { description: 'support or admin' })
  role!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Null where an admin gave none, who needs none for an order',
  })
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was' })
  at!: number;
}

@ObjectType({ description: 'A look on its page', simpleResolvers: true })
export class AccessRecordEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => AccessRecordType, { description: 'The item' })
  node!: AccessRecordType;
}

@ObjectType({ description: 'A page of looks', simpleResolvers: true })
export class AccessRecordConnection {
  @Field(() => [AccessRecordEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly AccessRecordEdge[];

  @Field(() => [AccessRecordType], { description: 'The records of the edges' })
  nodes!: readonly AccessRecordType[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many there are on all pages' })
  totalCount!: number;
}
