// How far each process manager is, and the events that it could not act on.
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';

enum ReactionStateEnum {
  CATCHING_UP = 'CATCHING_UP',
  LIVE = 'LIVE',
  RETRYING = 'RETRYING',
}
registerEnumType(ReactionStateEnum, {
  name: 'ReactionState',
  description: 'What a reaction is doing',
  valuesConfig: {
    CATCHING_UP: { description: 'It acts on events that were stored before' },
    LIVE: { description: 'It has acted on every event, or set it aside' },
    RETRYING: { description: 'It had a fault, told by `error`, and tries again' },
  },
});

@ObjectType('ParkedEvent', {
  simpleResolvers: true,
  description:
    'An event that a reaction could not act on. It waits for `replayParked`, or for ' +
    '`cartograph reactions --replay`',
})
export class ParkedEventType {
  @Field(() => ID, { description: "The event's UUID" })
  eventId!: string;

  @Field(() => String, { description: 'The stream that has it' })
  stream!: string;

  @Field(() => Int, { description: 'Its place in the stream, from 0' })
  revision!: number;

  @Field(() => String, { description: 'Such as OrderPlaced' })
  type!: string;

  @Field(() => String, { description: 'Why the last try failed' })
  reason!: string;

  @Field(() => Int, { description: 'How often it was tried' })
  attempts!: number;

  @Field(() => DateTimeScalar, { description: 'When it was set aside' })
  parkedAt!: number;
}

@ObjectType('Reaction', {
  description:
    'A process manager. Mail and webhooks share their events, and what they parked, with those of ' +
    'the other instances; every other one is of this instance',
})
export class ReactionType {
  @Field(() => ID, { description: 'The name' })
  id!: string;

  @Field(() => String, { description: 'Such as order-fulfilment' })
  name!: string;

  @Field(() => ReactionStateEnum, { description: 'What it is doing' })
  state!: `${ReactionStateEnum}`;

  @Field(() => String, {
    nullable: true,
    description: 'The log position up to which it has handled every event that it wants',
  })
  position!: string | null;

  @Field(() => Int, { description: 'Age of the event that it is at; 0 when it has none to handle' })
  lagMs!: number;

  @Field(() => String, { description: 'Why it tries again; null when all is well', nullable: true })
  error!: string | null;

  @Field(() => Int, { description: 'Events that it has set aside' })
  parkedCount!: number;
}

@InputType({ description: 'Which reaction retries' })
export class ReplayParkedInput {
  @Field(() => ID, { description: 'The name of the reaction' })
  reaction!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What a replay has begun' })
export class ReplayParkedPayload {
  @Field(() => ReactionType, { description: 'The reaction, as it is while it retries' })
  reaction!: ReactionType;
}
