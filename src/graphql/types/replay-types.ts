// Replays as staff see them: what was asked for, how far it is, and what became of it.
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ReplayKind, ShownReplay } from '../../read-models/replay-records.js';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { MoneySum } from './money.js';

const ReplayKindEnum: { readonly [Kind in ReplayKind]: Kind } = {
  REBUILD: 'REBUILD',
  PROMOTION: 'PROMOTION',
  ROLLBACK: 'ROLLBACK',
};
registerEnumType(ReplayKindEnum, {
  name: 'ReplayKind',
  description: 'What a replay is for',
  valuesConfig: {
    REBUILD: { description: 'Rows beside the live ones' },
    PROMOTION: { description: 'Rows on standby become live, after any rebuild that is due' },
    ROLLBACK: { description: 'The previously live rows become live again' },
  },
});

const ReplayStateEnum: { readonly [State in ShownReplay['state']]: State } = {
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  REFUSED: 'REFUSED',
  FAILED: 'FAILED',
  STOPPED: 'STOPPED',
  INTERRUPTED: 'INTERRUPTED',
};
registerEnumType(ReplayStateEnum, {
  name: 'ReplayState',
  description: 'What has become of a replay',
  valuesConfig: {
    RUNNING: { description: 'It goes on' },
    DONE: { description: 'It did what was asked for' },
    REFUSED: { description: 'What was rebuilt is on standby, and nothing was promoted' },
    FAILED: { description: 'An error ended it; the next replay goes on where it was' },
    STOPPED: { description: 'It was stopped on request; the next replay goes on where it was' },
    INTERRUPTED: { description: 'Its process ended; the next replay goes on where it was' },
  },
});

export enum ReplayRefusalCode {
  HELD = 'HELD',
  NOT_ON_STANDBY = 'NOT_ON_STANDBY',
  BEHIND = 'BEHIND',
  UNEXPLAINED_DRIFT = 'UNEXPLAINED_DRIFT',
  INCOMPARABLE = 'INCOMPARABLE',
  NOTHING_EARLIER = 'NOTHING_EARLIER',
  COMMAND_ID_REUSED = 'COMMAND_ID_REUSED',
}
registerEnumType(ReplayRefusalCode, {
  name: 'ReplayRefusalCode',
  description: 'Values are only ever added',
  valuesConfig: {
    HELD: { description: 'Another replay runs, on this instance or elsewhere' },
    NOT_ON_STANDBY: { description: 'There is nothing to promote' },
    BEHIND: { description: 'The rows were not kept up to date' },
    UNEXPLAINED_DRIFT: { description: 'Rows differ, and the pricing version does not explain it' },
    INCOMPARABLE: { description: 'The rows cannot be compared with the live ones' },
    NOTHING_EARLIER: { description: 'No earlier rows were live' },
    COMMAND_ID_REUSED: { description: 'A replay that was asked for otherwise has this command id' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Why a replay did not do what was asked for' })
export class ReplayRefusal {
  @Field(() => ReplayRefusalCode, { description: 'Stable, for programs' })
  code!: `${ReplayRefusalCode}`;

  @Field(() => String, { description: 'For people' })
  message!: string;
}

@ObjectType({ simpleResolvers: true, description: 'How far a rebuild is' })
export class ReplayProgress {
  @Field(() => Float, { description: 'From 0 to 1, by position in the log' })
  done!: number;

  @Field(() => SafeIntScalar, { description: 'Number of events folded' })
  events!: number;

  @Field(() => Int, { description: 'Events folded in a second, lately' })
  eventsPerSecond!: number;

  @Field(() => Float, { nullable: true, description: 'Null until there is an estimate' })
  secondsLeft!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'One generation of a read model' })
export class NamedGeneration {
  @Field(() => String, { description: 'Name of the read model' })
  name!: string;

  @Field(() => Int, { description: 'Its number' })
  generation!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'How a standby generation differed from the live one when a replay compared them',
})
export class ReplayDifference {
  @Field(() => String, { description: 'Name of the read model' })
  name!: string;

  @Field(() => Int, { description: 'The standby generation' })
  generation!: number;

  @Field(() => Int, { description: 'Number of compared rows' })
  rows!: number;

  @Field(() => Int, { description: 'Number of rows that differ or exist in only one generation' })
  differing!: number;

  @Field(() => Int, {
    description: 'Number of differing rows that a different pricing version does not explain',
  })
  unexplained!: number;

  @Field(() => [ID], { description: 'Keys of some unexplained rows' })
  examples!: readonly string[];

  @Field(() => [MoneySum], {
    description: 'Total of the standby carts minus that of the live carts, by currency',
  })
  money!: readonly MoneySum[];
}

@ObjectType('Replay', {
  description:
    'A rebuild, promotion or rollback of read models, on any instance or by the command line',
})
export class ReplayType {
  @Field(() => ID, { description: 'A UUID; the commandId of the mutation, if it had one' })
  id!: string;

  @Field(() => ReplayKindEnum, { description: 'What was asked for' })
  kind!: ReplayKind;

  @Field(() => ReplayStateEnum, { description: 'What has become of it' })
  state!: ShownReplay['state'];

  @Field(() => [String], {
    description:
      'The requested read models; empty for all, or for a promotion for those that can be promoted',
  })
  readModels!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When it got the lock of replays' })
  startedAt!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Null while it runs' })
  endedAt!: number | null;

  @Field(() => String, { description: 'Such as `admin ann` or `operator root`' })
  startedBy!: string;

  @Field(() => String, { nullable: true, description: 'The reason that was given with it' })
  reason!: string | null;

  @Field(() => ReplayProgress, {
    nullable: true,
    description: 'Null before the first events, and when nothing had to be rebuilt',
  })
  progress!: ReplayProgress | null;

  @Field(() => String, { nullable: true, description: 'What it waits for, such as the database' })
  waitsFor!: string | null;

  @Field(() => Boolean, { description: 'Whether the rows were compared with the live ones' })
  compared!: boolean;

  @Field(() => [NamedGeneration], { description: 'What it built beside the live rows' })
  rebuilt!: readonly NamedGeneration[];

  @Field(() => [NamedGeneration], { description: 'What it made live' })
  madeLive!: readonly NamedGeneration[];

  @Field(() => [ReplayDifference], { description: 'Compared before anything was promoted' })
  differences!: readonly ReplayDifference[];

  @Field(() => [String], {
    description: 'Read models whose rows could not be compared with the live ones',
  })
  incomparable!: readonly string[];

  @Field(() => ID, { nullable: true, description: 'The impact report that it made' })
  reportId!: string | null;

  @Field(() => ReplayRefusal, { nullable: true, description: 'Why it promoted nothing' })
  refusal!: ReplayRefusal | null;

  @Field(() => String, { nullable: true, description: 'Why it failed' })
  fault!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Exactly one of the two is null' })
export class ReplayPayload {
  @Field(() => ReplayType, { nullable: true, description: 'It runs on after the response' })
  replay!: ReplayType | null;

  @Field(() => ReplayRefusal, { nullable: true, description: 'Why nothing was begun' })
  refusal!: ReplayRefusal | null;
}

@ObjectType({ description: 'The result of `stopReplay`', simpleResolvers: true })
export class StopReplayPayload {
  @Field(() => Boolean, {
    description: 'True when it was asked to stop; false when no replay runs',
  })
  stopped!: boolean;
}
