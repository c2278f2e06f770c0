// Inputs and payloads of the mutations that pause, resume and clean up read models.
import { Field, InputType, ObjectType } from 'type-graphql';
import { ReplayRefusal } from './replay-types.js';
import { ProjectionStatusType } from './report-types.js';

@InputType({ description: 'The read model to pause' })
export class PauseProjectionInput {
  @Field(() => String, { description: 'Name of the read model' })
  name!: string;
}

@InputType({ description: 'The read model to resume' })
export class ResumeProjectionInput {
  @Field(() => String, { description: 'Name of the read model' })
  name!: string;
}

@InputType({ description: 'The read models to clean up' })
export class DropGenerationsInput {
  @Field(() => [String], { nullable: true, description: 'Names of read models; default: all' })
  names?: readonly string[] | null;
}

@ObjectType({ description: 'A read model after a change', simpleResolvers: true })
export class ProjectionPayload {
  @Field(() => ProjectionStatusType, { description: 'Its state, as of the change' })
  projection!: ProjectionStatusType;
}

@ObjectType({ simpleResolvers: true, description: 'Exactly one of the two is null' })
export class DropGenerationsPayload {
  @Field(() => [ProjectionStatusType], {
    nullable: true,
    description: 'All read models after the change',
  })
  projections!: readonly ProjectionStatusType[] | null;

  @Field(() => ReplayRefusal, { nullable: true, description: 'Why nothing was dropped' })
  refusal!: ReplayRefusal | null;
}
