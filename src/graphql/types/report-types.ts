// What staff look at: revenue by day, and how far each read model has come.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Money } from './money.js';

@ObjectType({ simpleResolvers: true })
export class RevenueBucket {
  @Field(() => String, { description: 'The day in UTC, as 2010-12-01' })
  date!: string;

  @Field(() => Int)
  orders!: number;

  @Field(() => Int)
  units!: number;

  @Field(() => Money)
  revenue!: Money;
}

export enum ProjectionState {
  CATCHING_UP = 'CATCHING_UP',
  LIVE = 'LIVE',
  REBUILDING = 'REBUILDING',
  STOPPED = 'STOPPED',
}
registerEnumType(ProjectionState, { name: 'ProjectionState' });

@ObjectType({ simpleResolvers: true })
export class ProjectionStatus {
  @Field(() => String)
  name!: string;

  @Field(() => ProjectionState)
  state!: `${ProjectionState}`;

  @Field(() => String, { nullable: true, description: 'The place in the log that it has applied' })
  position!: string | null;

  @Field(() => Int)
  lagEvents!: number;

  @Field(() => Int)
  lagMs!: number;

  @Field(() => String, { nullable: true })
  error!: string | null;
}
