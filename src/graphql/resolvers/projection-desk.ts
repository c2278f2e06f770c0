// Read models for staff: an administrator pauses, resumes and cleans up; everybody on the staff
// watches them and their replays live.
import { Arg, Ctx, ID, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import type { ProjectionStatus } from '../../projections/projection-status.js';
import type { ShownReplay } from '../../read-models/replay-records.js';
import { demand } from '../access.js';
import type { RequestContext } from '../context.js';
import { uuidOf } from '../input-rules.js';
import { LatestOf } from '../latest-of.js';
import { shownStatus } from '../projection-view.js';
import { ordererOf, readModelsOf } from '../replay-orders.js';
import { refusalOf, shownReplay } from '../replay-view.js';
import { seen, seenToEnd } from '../seen-by-projector.js';
import {
  DropGenerationsInput,
  DropGenerationsPayload,
  PauseProjectionInput,
  ProjectionPayload,
  ResumeProjectionInput,
} from '../types/projection-inputs.js';
import { ReplayType } from '../types/replay-types.js';
import { ProjectionStatusType } from '../types/report-types.js';

const paceMs = 250;
/** The lag of a stopped read model grows without a commit. */
const lookAtProjectionsMs = 1_000;
/** Replays of other instances and of the command line are seen in the database alone. */
const lookAtReplaysMs = 500;

@Resolver()
export class ProjectionDesk {
  @Mutation(() => ProjectionPayload, {
    description: 'Stops keeping a read model up to date; the others go on. For admins',
  })
  pauseProjection(
    @Ctx() context: RequestContext,
    @Arg('input', () => PauseProjectionInput, { description: 'Which one' })
    { name }: PauseProjectionInput,
  ): Promise<ProjectionPayload> {
    return pausing(context, name, true);
  }

  @Mutation(() => ProjectionPayload, {
    description: 'Keeps a paused read model up to date again; it catches up first. For admins',
  })
  resumeProjection(
    @Ctx() context: RequestContext,
    @Arg('input', () => ResumeProjectionInput, { description: 'Which one' })
    { name }: ResumeProjectionInput,
  ): Promise<ProjectionPayload> {
    return pausing(context, name, false);
  }

  @Mutation(() => DropGenerationsPayload, {
    description:
      'Drops the generations before the live ones, so that nothing can be rolled back, and keeps ' +
      'the newest on standby. For admins',
  })
  dropOldGenerations(
    @Ctx() context: RequestContext,
    @Arg('input', () => DropGenerationsInput, { description: 'Which ones' })
    input: DropGenerationsInput,
  ): Promise<DropGenerationsPayload> {
    return dropping(context, input, 'drop old');
  }

  @Mutation(() => DropGenerationsPayload, {
    description:
      'Drops the generations after the live ones: rebuilds that nobody wants to promote, also ' +
      'those that were stopped. For admins',
  })
  dropNewGenerations(
    @Ctx() context: RequestContext,
    @Arg('input', () => DropGenerationsInput, { description: 'Which ones' })
    input: DropGenerationsInput,
  ): Promise<DropGenerationsPayload> {
    return dropping(context, input, 'drop new');
  }

  @Subscription(() => [ProjectionStatusType], {
    description:
      'All read models: now, and after changes, at most four times a second. For support and admins',
    subscribe: ({ context }) => watchProjections(context as RequestContext),
  })
  projectionsChanged(
    @Root() statuses: readonly ProjectionStatus[],
    @Ctx() { budget, services }: RequestContext,
  ): readonly ProjectionStatusType[] {
    budget.renew();
    return statuses.map((status) => shownStatus(status, services.driftOf));
  }

  @Subscription(() => ReplayType, {
    nullable: true,
    description:
      'A replay, or without an id the newest one: now, and after its changes, at most four times ' +
      'a second. Null when there is none. For support and admins',
    subscribe: ({ args, context }) =>
      watchReplay((args as { id?: string | null }).id, context as RequestContext),
  })
  replayChanged(
    @Root() { record }: WatchedReplay,
    @Ctx() { budget }: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Of a replay; default: the newest one' })
    _id?: string | null,
  ): ReplayType | null {
    budget.renew();
    return record && shownReplay(record);
  }
}

async function dropping(
  context: RequestContext,
  input: DropGenerationsInput,
  kind: 'drop old' | 'drop new',
): Promise<DropGenerationsPayload> {
  demand(context, 'projections:change');
  const names = readModelsOf(context, input.names);
  const answer = await context.services.replays.place({ kind, names }, ordererOf(context, {}));
  if (answer.kind === 'refused') return { projections: null, refusal: refusalOf(answer) };
  const isClean = ({ generation: live, others }: ProjectionStatus) =>
    others.every(({ generation }) => generation < live === (kind === 'drop new'));
  const own = ({ name }: ProjectionStatus) => names.length === 0 || names.includes(name);
  await seen(context.services, (all) => all.filter(own).every(isClean));
  return { projections: shownProjections(context), refusal: null };
}

/** An event of a subscription cannot be null itself. */
interface WatchedReplay {
  readonly record: ShownReplay | null;
}

function watchProjections(
  context: RequestContext,
): AsyncIterableIterator<readonly ProjectionStatus[]> {
  demand(context, 'projections:read');
  const { progress, time, driftOf } = context.services;
  return new LatestOf({
    read: () => progress.status(),
    listen: (listener) => progress.onProgress(listener),
    textOf: (all) => JSON.stringify(all) + driftText(all, driftOf),
    ...{ time, paceMs, lookMs: lookAtProjectionsMs },
  });
}

/** A drift is counted after the change of a generation. */
function driftText(
  all: readonly ProjectionStatus[],
  driftOf: RequestContext['services']['driftOf'],
): string {
  return all
    .flatMap(({ name, generation, others }) =>
      others.map((other) => driftOf(name, generation, other.generation)?.countedAt ?? 0),
    )
    .join();
}

function watchReplay(
  id: string | null | undefined,
  context: RequestContext,
): AsyncIterableIterator<WatchedReplay> {
  demand(context, 'projections:read');
  const { services } = context;
  const { replays, time } = services;
  const asked = id == null ? null : uuidOf(id, 'id');
  const newest = async () => (await replays.records.list(1, time.now()))[0] ?? null;
  return new LatestOf({
    read: async () => {
      const record = await (asked === null ? newest() : replays.records.get(asked, time.now()));
      await seenToEnd(services, record === null ? [] : [record]);
      return { record };
    },
    listen: (listener) => replays.onChange(listener),
    textOf: ({ record }) => JSON.stringify(record),
    ...{ time, paceMs, lookMs: lookAtReplaysMs },
  });
}

async function pausing(
  context: RequestContext,
  name: string,
  isPaused: boolean,
): Promise<ProjectionPayload> {
  demand(context, 'projections:change');
  readModelsOf(context, [name]);
  await context.services.replays.place({ kind: 'pause', name, isPaused }, ordererOf(context, {}));
  await seen(context.services, (all) =>
    all.some((status) => status.name === name && status.isPaused === isPaused),
  );
  const projection = shownProjections(context).find((status) => status.name === name);
  if (projection === undefined) throw new TypeError(`The read model ${name} is gone`);
  return { projection };
}

function shownProjections({ services }: RequestContext): ProjectionStatusType[] {
  return services.progress.status().map((status) => shownStatus(status, services.driftOf));
}
