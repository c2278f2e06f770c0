// The API's history of a cart: events, pages of events, and the difference between two instants.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JSONObjectScalar } from '../scalars.js';
import { Cart, CartAsOf } from './cart-types.js';
import { PageInfo } from './page-info.js';

@ObjectType('CartEvent', {
  description: "One event of a cart's history, as it was stored",
  simpleResolvers: true,
})
export class CartEventType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'ItemAdded, QuantityChanged, CouponApplied, …' })
  type!: string;

  @Field(() => Int)
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When it happened in the business' })
  occurredAt!: number;

  @Field(() => DateTimeScalar, { description: 'When the store wrote it' })
  recordedAt!: number;

  @Field(() => Int)
  schemaVersion!: number;

  @Field(() => ID, { nullable: true })
  commandId!: string | null;

  @Field(() => String, { description: 'One line for a person: "Added 6 × WHITE METAL LANTERN"' })
  summary!: string;

  @Field(() => JSONObjectScalar)
  data!: Readonly<Record<string, unknown>>;
}

@ObjectType({ simpleResolvers: true })
export class CartEventEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => CartEventType)
  node!: CartEventType;
}

@ObjectType({ simpleResolvers: true })
export class CartEventConnection {
  @Field(() => [CartEventEdge])
  edges!: readonly CartEventEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: number;
}

@ObjectType({ simpleResolvers: true })
export class CartChangeEntry {
  @Field(() => String)
  path!: string;

  @Field(() => String, { nullable: true })
  before!: string | null;

  @Field(() => String, { nullable: true })
  after!: string | null;

  @Field(() => [ID])
  eventIds!: readonly string[];
}

@ObjectType({ simpleResolvers: true })
export class CartDiff {
  @Field(() => CartAsOf, { nullable: true })
  from!: CartAsOf | null;

  @Field(() => CartAsOf, { nullable: true })
  to!: CartAsOf | null;

  @Field(() => [CartChangeEntry])
  changes!: readonly CartChangeEntry[];
}

@ObjectType({
  description:
    'event is null on the first frame of a fresh subscription or of one whose cursor was too old',
  simpleResolvers: true,
})
export class CartChange {
  @Field(() => CartEventType, { nullable: true })
  event!: CartEventType | null;

  @Field(() => Cart)
  cart!: Cart;

  @Field(() => Int)
  revision!: number;
}
