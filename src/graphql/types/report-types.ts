// What staff look at: revenue by day, and how far each read model has come.
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ProjectionState } from '../../projections/projection-status.js';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { Money, MoneySum } from './money.js';

@ObjectType({ simpleResolvers: true })
export class RevenueBucket {
  @Field(() => String, {
    description: 'The day in the time zone that was asked for, as 2010-12-01',
  })
  date!: string;

  @Field(() => Int)
  orders!: number;

  @Field(() => Int, {
    description: 'AMOUNT_TOO_LARGE where they are more than an Int holds: ask for `unitsTotal`',
  })
  units!: number;

  @Field(() => SafeIntScalar, { description: 'The same as `units`, in a wider type' })
  unitsTotal!: number;

  @Field(() => Money, {
    description: 'Its `minorUnits` is AMOUNT_TOO_LARGE beyond a SafeInt: ask for `revenueTotal`',
  })
  revenue!: Money;

  @Field(() => MoneySum, { description: 'The same as `revenue`, exact at any size' })
  revenueTotal!: MoneySum;
}

const ProjectionStateEnum: { readonly [State in ProjectionState]: State } = {
  CATCHING_UP: 'CATCHING_UP',
  LIVE: 'LIVE',
  REBUILDING: 'REBUILDING',
  STOPPED: 'STOPPED',
};
registerEnumType(ProjectionStateEnum, { name: 'ProjectionState' });

export enum OtherGenerationStatus {
  BUILDING = 'BUILDING',
  STANDBY = 'STANDBY',
}
registerEnumType(OtherGenerationStatus, {
  name: 'OtherGenerationStatus',
  description: 'Filled by a replay, or kept up to date and ready to be served',
});

@ObjectType({
  simpleResolvers: true,
  description: 'What differs between the rows that are served and those of one that stands by',
})
export class GenerationDrift {
  @Field(() => Int, { description: 'Rows that were compared' })
  rows!: number;

  @Field(() => Int, { description: 'Rows that differ, or are only in one of the two' })
  differing!: number;

  @Field(() => Int, {
    description:
      'Of those, rows that no other version of the pricing explains: they are in the way of a promotion',
  })
  unexplained!: number;

  @Field(() => [ID], { description: 'Keys of some of the unexplained' })
  examples!: readonly string[];

  @Field(() => [Money], {
    description:
      'What the standing carts come to, less what the served ones do, by currency. `minorUnits` is AMOUNT_TOO_LARGE beyond a SafeInt: ask for `moneyTotals`',
  })
  money!: readonly Money[];

  @Field(() => [MoneySum], { description: 'The same as `money`, exact at any size' })
  moneyTotals!: readonly MoneySum[];

  @Field(() => String, { description: 'The place in the log at which both were' })
  position!: string;

  @Field(() => DateTimeScalar, {
    description: 'It is counted in the background, and not when asked',
  })
  countedAt!: number;
}

@ObjectType('OtherGeneration', {
  simpleResolvers: true,
  description: 'Rows that could take the served ones’ place',
})
export class OtherGenerationType {
  @Field(() => Int)
  generation!: number;

  @Field(() => Int)
  version!: number;

  @Field(() => OtherGenerationStatus)
  status!: `${OtherGenerationStatus}`;

  @Field(() => GenerationDrift, {
    nullable: true,
    description: 'Null before the first count, and where the two are not at one place of the log',
  })
  drift!: GenerationDrift | null;
}

@ObjectType('ProjectionStatus', { simpleResolvers: true })
export class ProjectionStatusType {
  @Field(() => ID, { description: 'The name' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ProjectionStateEnum)
  state!: ProjectionState;

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

  @Field(() => Int, { description: 'Counts the generations of this read model' })
  generation!: number;

  @Field(() => Boolean, {
    description: 'Another version or another fold is known than the one that is served was made by',
  })
  rebuildDue!: boolean;

  @Field(() => [OtherGenerationType])
  others!: readonly OtherGenerationType[];
}
