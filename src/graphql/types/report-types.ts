// The API's reports for staff: revenue by day, and the state of each read model.
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ProjectionState } from '../../projections/projection-status.js';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { Money, MoneySum } from './money.js';

@ObjectType({ description: 'The orders of a day', simpleResolvers: true })
export class RevenueBucket {
  @Field(() => String, {
    description: 'The day in the requested time zone, for example 2010-12-01',
  })
  date!: string;

  @Field(() => Int, { description: 'Orders that were placed' })
  orders!: number;

  @Field(() => Int, {
    description: 'AMOUNT_TOO_LARGE when the number does not fit into an Int: use `unitsTotal`',
  })
  units!: number;

  @Field(() => SafeIntScalar, { description: 'The same as `units`, in a wider type' })
  unitsTotal!: number;

  @Field(() => Money, {
    description: '`minorUnits` is AMOUNT_TOO_LARGE beyond a SafeInt: use `revenueTotal`',
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
registerEnumType(ProjectionStateEnum, {
  name: 'ProjectionState',
  description: 'What a projection is doing',
  valuesConfig: {
    CATCHING_UP: { description: 'It reads events that were stored before' },
    LIVE: { description: 'It has every event, and gets the next ones as they are stored' },
    REBUILDING: { description: 'A replay fills read models beside the running ones' },
    STOPPED: { description: 'It stands still, with an error or by command' },
  },
});

export enum OtherGenerationStatus {
  BUILDING = 'BUILDING',
  STANDBY = 'STANDBY',
}
registerEnumType(OtherGenerationStatus, {
  name: 'OtherGenerationStatus',
  description: 'What can be done with read models beside the running ones',
  valuesConfig: {
    BUILDING: { description: 'A replay fills them' },
    STANDBY: { description: 'They are up to date and can be promoted' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'The differences between the live rows and those of a standby generation',
})
export class GenerationDrift {
  @Field(() => Int, { description: 'Number of compared rows' })
  rows!: number;

  @Field(() => Int, { description: 'Number of rows that differ or exist in only one generation' })
  differing!: number;

  @Field(() => Int, {
    description:
      'Number of differing rows that a different pricing version does not explain; they prevent a promotion',
  })
  unexplained!: number;

  @Field(() => [ID], { description: 'Keys of some unexplained rows' })
  examples!: readonly string[];

  @Field(() => [Money], {
    description:
      'Total of the standby carts minus that of the live carts, by currency. `minorUnits` is AMOUNT_TOO_LARGE beyond a SafeInt: use `moneyTotals`',
  })
  money!: readonly Money[];

  @Field(() => [MoneySum], { description: 'The same as `money`, exact at any size' })
  moneyTotals!: readonly MoneySum[];

  @Field(() => String, { description: 'The log position of both generations' })
  position!: string;

  @Field(() => DateTimeScalar, {
    description: 'When it was computed, in the background',
  })
  countedAt!: number;
}

@ObjectType('OtherGeneration', {
  simpleResolvers: true,
  description: 'A generation that is not live',
})
export class OtherGenerationType {
  @Field(() => Int, { description: 'Names these read models' })
  generation!: number;

  @Field(() => Int, { description: 'The version of the pricing that they are made with' })
  version!: number;

  @Field(() => OtherGenerationStatus, { description: 'Whether it can be promoted' })
  status!: `${OtherGenerationStatus}`;

  @Field(() => String, { description: 'The log position up to which it is applied' })
  position!: string;

  @Field(() => Boolean, { description: 'True when queries were once answered from it' })
  wasLive!: boolean;

  @Field(() => GenerationDrift, {
    nullable: true,
    description:
      'Null before the first comparison, and when the two are at different log positions',
  })
  drift!: GenerationDrift | null;
}

@ObjectType('ProjectionStatus', {
  description: 'A projection and how far it is',
  simpleResolvers: true,
})
export class ProjectionStatusType {
  @Field(() => ID, { description: 'The name' })
  id!: string;

  @Field(() => String, { description: 'The read model that it keeps' })
  name!: string;

  @Field(() => ProjectionStateEnum, { description: 'What it is doing' })
  state!: ProjectionState;

  @Field(() => String, {
    nullable: true,
    description: 'The log position up to which it is applied',
  })
  position!: string | null;

  @Field(() => Int, { description: 'Events that it has not read yet' })
  lagEvents!: number;

  @Field(() => Int, {
    description: 'Age of the oldest event that it has not read, in milliseconds',
  })
  lagMs!: number;

  @Field(() => String, {
    description: 'Why it stands still or tries again; null when all is well',
    nullable: true,
  })
  error!: string | null;

  @Field(() => Boolean, { description: 'True when an operator has paused it' })
  isPaused!: boolean;

  @Field(() => Int, { description: 'Version of the projection that made the live rows' })
  version!: number;

  @Field(() => Int, { description: 'Number of the live generation' })
  generation!: number;

  @Field(() => Boolean, {
    description: "True when this build's code would make other rows than the live ones, or might",
  })
  rebuildDue!: boolean;

  @Field(() => [OtherGenerationType], {
    description: 'Read models that are kept beside the running ones',
  })
  others!: readonly OtherGenerationType[];
}
