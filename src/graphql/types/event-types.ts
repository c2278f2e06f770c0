// The API's history of a cart: events, pages of events, and the difference between two instants.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JSONObjectScalar } from '../scalars.js';
import { Cart, CartAsOf } from './cart-types.js';
import { PageInfo } from './page-info.js';

@ObjectType({ simpleResolvers: true, description: 'Who or what caused an event' })
export class EventActor {
  @Field(() => String, {
    description: 'guest, customer, support, admin, operator, checkout, importer, …',
  })
  kind!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The signed-in user. A customer's is shown to that customer, staff's to staff",
  })
  subject!: string | null;
}

@ObjectType('CartEvent', {
  description: "One event of a cart's history, as it was stored",
  simpleResolvers: true,
})
export class CartEventType {
  @Field(() => ID, { description: "The event's UUID" })
  id!: string;

  @Field(() => String, { description: 'ItemAdded, QuantityChanged, CouponApplied, …' })
  type!: string;

  @Field(() => Int, { description: 'Its place in the stream, from 0' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When it happened in the business' })
  occurredAt!: number;

  @Field(() => DateTimeScalar, { description: 'When the store wrote it' })
  recordedAt!: number;

  @Field(() => Int, { description: 'The version of its data when it was stored' })
  schemaVersion!: number;

  @Field(() => ID, {
    description: 'The idempotency key of its command; null without one',
    nullable: true,
  })
  commandId!: string | null;

  @Field(() => String, { description: 'One line for a person: "Added 6 × WHITE METAL LANTERN"' })
  summary!: string;

  @Field(() => JSONObjectScalar, { description: 'As it was stored; personal data stays encrypted' })
  data!: Readonly<Record<string, unknown>>;

  @Field(() => EventActor, {
    nullable: true,
    description: 'Null where the event does not tell',
  })
  actor!: EventActor | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the actor did it, as the actor put it in x-access-reason',
  })
  reason!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Shared by all events that one request led to, here and in other streams. A client can set ' +
      'it with x-correlation-id',
  })
  correlationId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The event that led to this one; null after a client's own command",
  })
  causationId!: string | null;
}

@ObjectType({ description: 'An event on its page', simpleResolvers: true })
export class CartEventEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => CartEventType, { description: 'The item' })
  node!: CartEventType;
}

@ObjectType({ description: "A page of a cart's events", simpleResolvers: true })
export class CartEventConnection {
  @Field(() => [CartEventEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly CartEventEdge[];

  @Field(() => [CartEventType], { description: 'The events of the edges' })
  nodes!: readonly CartEventType[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'One difference between two moments of a cart', simpleResolvers: true })
export class CartChangeEntry {
  @Field(() => String, { description: 'What differs, such as lines.85123A.quantity' })
  path!: string;

  @Field(() => String, { description: 'Null where it is new', nullable: true })
  before!: string | null;

  @Field(() => String, { description: 'Null where it is gone', nullable: true })
  after!: string | null;

  @Field(() => [ID], { description: 'The events that made the difference' })
  eventIds!: readonly string[];
}

@ObjectType({ description: 'What changed between two moments of a cart', simpleResolvers: true })
export class CartDiff {
  @Field(() => CartAsOf, {
    description: 'The earlier cart; null before it was opened',
    nullable: true,
  })
  from!: CartAsOf | null;

  @Field(() => CartAsOf, {
    description: 'The later cart; null before it was opened',
    nullable: true,
  })
  to!: CartAsOf | null;

  @Field(() => [CartChangeEntry], { description: 'Every difference' })
  changes!: readonly CartChangeEntry[];
}

@ObjectType({
  description:
    'event is null on the first frame of a fresh subscription or of one whose cursor was too old',
  simpleResolvers: true,
})
export class CartChange {
  @Field(() => CartEventType, {
    description: 'Null on the first frame, and where only time changed the cart',
    nullable: true,
  })
  event!: CartEventType | null;

  @Field(() => Cart, { description: 'The cart at this revision' })
  cart!: Cart;

  @Field(() => Int, { description: 'To be sent as afterRevision when the connection was lost' })
  revision!: number;
}
