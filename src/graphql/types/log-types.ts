// The API's events of the log, in whatever stream they are.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';
import { EventActor } from './event-types.js';
import { PageInfo } from './page-info.js';

@InputType({ description: 'All conditions that are given hold at once' })
export class EventFilter {
  @Field(() => String, {
    nullable: true,
    description: "The part of the stream's name before the hyphen: cart, order, product, …",
  })
  category?: string | null;

  @Field(() => String, { nullable: true, description: 'One stream, such as cart-<id>' })
  stream?: string | null;

  @Field(() => [String], { nullable: true, description: 'Event types, such as ItemAdded' })
  types?: readonly string[] | null;

  @Field(() => ID, { nullable: true, description: 'Events that one request led to' })
  correlationId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded then or later' })
  recordedFrom?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded before' })
  recordedBefore?: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'An event as the log has it' })
export class LogEvent {
  @Field(() => ID, { description: 'Its own id' })
  id!: string;

  @Field(() => String, { description: 'ItemAdded, OrderPlaced, …' })
  type!: string;

  @Field(() => String, { description: 'The stream that it is in, such as cart-<id>' })
  stream!: string;

  @Field(() => String, { description: "The part of the stream's name before the hyphen" })
  category!: string;

  @Field(() => Int, { description: 'Its number in its stream, from 0' })
  revision!: number;

  @Field(() => String, { description: 'Its commit position in the log, as decimal digits' })
  position!: string;

  @Field(() => DateTimeScalar, { description: 'When the store wrote it' })
  recordedAt!: number;

  @Field(() => DateTimeScalar, { description: 'When it happened in the business' })
  occurredAt!: number;

  @Field(() => Int, { description: '0 where the event has no valid version' })
  schemaVersion!: number;

  @Field(() => EventActor, { nullable: true, description: 'Null where the event does not tell' })
  actor!: EventActor | null;

  @Field(() => String, { nullable: true, description: 'Why the actor did it' })
  reason!: string | null;

  @Field(() => ID, { nullable: true, description: 'Shared by all events that one request led to' })
  correlationId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The event that led to this one' })
  causationId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the service cannot have written it; null for an event of its own',
  })
  flaw!: string | null;

  /** Its content is hidden and shown by the field resolvers. */
  content!: { readonly data: unknown; readonly metadata: unknown };
}

@ObjectType({ description: 'An event on its page', simpleResolvers: true })
export class LogEventEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => LogEvent, { description: 'The item' })
  node!: LogEvent;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A page in the order of the log. Where few events match, it has fewer than asked for, or none, ' +
    'and pageInfo tells that the search goes on from its cursor',
})
export class LogEventConnection {
  @Field(() => [LogEventEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly LogEventEdge[];

  @Field(() => [LogEvent], { description: 'The events of the edges' })
  nodes!: readonly LogEvent[];

  @Field(() => PageInfo, { description: 'Its cursors tell how far the search got' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of events of the log that the search looked at' })
  examined!: number;
}

@ObjectType({ simpleResolvers: true, description: 'One frame of eventsAppended' })
export class AppendedEvent {
  @Field(() => LogEvent, {
    nullable: true,
    description:
      'Null on the frame that tells that all earlier events were sent, and what follows is new',
  })
  event!: LogEvent | null;

  @Field(() => String, { description: 'Resumes the subscription after this frame' })
  cursor!: string;
}
