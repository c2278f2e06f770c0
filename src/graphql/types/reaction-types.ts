// How far each process manager is, and the events that it could not act on.
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';

enum ReactionStateEnum {
  CATCHING_UP = 'CATCHING_UP',
  LIVE = 'LIVE',
  RETRYING = 'RETRYING',
}
registerEnumType(ReactionStateEnum, {
  name: 'ReactionState',
  description: 'RETRYING: it had a fault, told by `error`, and tries again',
});

@ObjectType('ParkedEvent', {
  simpleResolvers: true,
  description:
    'An event that a reaction could not act on. It waits for `cartograph reactions --replay`',
})
export class ParkedEventType {
  @Field(() => ID)
  eventId!: string;

  @Field(() => String)
  stream!: string;

  @Field(() => Int)
  revision!: number;

  @Field(() => String)
  type!: string;

  @Field(() => String, { description: 'Why the last try failed' })
  reason!: string;

  @Field(() => Int)
  attempts!: number;

  @Field(() => DateTimeScalar)
  parkedAt!: number;
}

@ObjectType('Reaction', { description: 'A process manager of this instance' })
export class ReactionType {
  @Field(() => ID, { description: 'The name' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ReactionStateEnum)
  state!: `${ReactionStateEnum}`;

  @Field(() => String, {
    nullable: true,
    description: 'The log position of the last event that it has handled',
  })
  position!: string | null;

  @Field(() => Int, { description: '0 when it is LIVE, else the age of the last handled event' })
  lagMs!: number;

  @Field(() => String, { nullable: true })
  error!: string | null;

  @Field(() => Int)
  parkedCount!: number;
}
