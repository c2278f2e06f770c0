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

export enum OtherGenerationStatus {
  BUILDING = 'BUILDING',
  STANDBY = 'STANDBY',
}
registerEnumType(OtherGenerationStatus, {
  name: 'OtherGenerationStatus',
  description: 'Filled by a replay, or kept up to date and ready to be served',
});

@ObjectType({ simpleResolvers: true, description: 'Rows that could take the served ones’ place' })
export class OtherGeneration {
  @Field(() => Int)
  generation!: number;

  @Field(() => Int)
  version!: number;

  @Field(() => OtherGenerationStatus)
  status!: `${OtherGenerationStatus}`;
}

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

  @Field(() => Int, { description: 'Of the projection that made the rows that are served' })
  version!: number;

  @Field(() => Int, { description: 'Counts the fillings of this read model' })
  generation!: number;

  @Field(() => Boolean, { description: 'A newer version is known than the one that is served' })
  rebuildDue!: boolean;

  @Field(() => [OtherGeneration])
  others!: readonly OtherGeneration[];
}
