// Replays for staff: the list of all, and an administrator's mutations. They do what the command
// line does, through the same session.
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { ReplayOrder } from '../../replay/replay-order.js';
import { demand } from '../access.js';
import { maxPageSize } from '../complexity.js';
import type { RequestContext } from '../context.js';
import { checkPage, uuidOf } from '../input-rules.js';
import { ordererOf, readModelsOf } from '../replay-orders.js';
import { refusalOf, shownReplay } from '../replay-view.js';
import type { CommandInput } from '../types/command-inputs.js';
import {
  PromoteProjectionsInput,
  RebuildProjectionsInput,
  RollBackProjectionsInput,
} from '../types/replay-inputs.js';
import { ReplayPayload, ReplayType, StopReplayPayload } from '../types/replay-types.js';
import { defaultPageSize } from '../types/page-arguments.js';

@Resolver()
export class Replays {
  @Query(() => [ReplayType], {
    description: 'The newest replays first, of all instances. For support and admins',
  })
  async replays(
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { defaultValue: defaultPageSize, description: 'How many' })
    first: number,
  ): Promise<readonly ReplayType[]> {
    demand(context, 'projections:read');
    checkPage({ first }, maxPageSize);
    const { replays, time } = context.services;
    return (await replays.records.list(first, time.now())).map(shownReplay);
  }

  @Query(() => ReplayType, { nullable: true, description: 'For support and admins' })
  async replay(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'The id of a replay' }) id: string,
  ): Promise<ReplayType | null> {
    demand(context, 'projections:read');
    return recordOf(context, uuidOf(id, 'id'));
  }

  @Mutation(() => ReplayPayload, {
    description:
      'Rebuilds read models beside the live ones, and leaves them on standby. Resolves when the ' +
      'rebuild has begun; `replayChanged` tells its progress. For admins',
  })
  rebuildProjections(
    @Ctx() context: RequestContext,
    @Arg('input', () => RebuildProjectionsInput, { description: 'What to rebuild, and how' })
    input: RebuildProjectionsInput,
  ): Promise<ReplayPayload> {
    const { fresh, report, fullSpeed } = input;
    return ordered(context, input, () => ({
      kind: 'rebuild',
      names: readModelsOf(context, input.names),
      isFresh: fresh ?? false,
      isReportAsked: report ?? false,
      isFullSpeed: fullSpeed ?? false,
    }));
  }

  @Mutation(() => ReplayPayload, {
    description:
      'Makes standby rows live, after any rebuild that is due, unless they differ from the live ' +
      'rows for no known reason. Resolves when it has begun. For admins',
  })
  promoteProjections(
    @Ctx() context: RequestContext,
    @Arg('input', () => PromoteProjectionsInput, { description: 'What to promote, and how' })
    input: PromoteProjectionsInput,
  ): Promise<ReplayPayload> {
    const { acceptDrift, fullSpeed } = input;
    return ordered(context, input, () => ({
      kind: 'promote',
      names: readModelsOf(context, input.names),
      isDriftAccepted: acceptDrift ?? false,
      isFullSpeed: fullSpeed ?? false,
    }));
  }

  @Mutation(() => ReplayPayload, {
    description: 'Makes the previously live rows live again; waits for no replay. For admins',
  })
  rollBackProjections(
    @Ctx() context: RequestContext,
    @Arg('input', () => RollBackProjectionsInput, { description: 'What to roll back, and how' })
    input: RollBackProjectionsInput,
  ): Promise<ReplayPayload> {
    return ordered(context, input, () => ({
      kind: 'roll back',
      names: readModelsOf(context, input.names),
      isStaleAccepted: input.acceptStale ?? false,
    }));
  }

  @Mutation(() => StopReplayPayload, {
    description:
      'Stops the running replay after its current batch, on whichever instance or command line it ' +
      'runs. The next one goes on where it was. For admins',
  })
  async stopReplay(@Ctx() context: RequestContext): Promise<StopReplayPayload> {
    demand(context, 'projections:change');
    const stopped = await context.services.replays.stopRunning(ordererOf(context, {}));
    return { stopped };
  }
}

/** The same command id once more gives the same replay. */
async function ordered(
  context: RequestContext,
  input: CommandInput,
  orderOf: () => ReplayOrder,
): Promise<ReplayPayload> {
  demand(context, 'projections:change');
  const orderer = ordererOf(context, input);
  const known = orderer.id === undefined ? null : await recordOf(context, orderer.id);
  if (known !== null) return { replay: known, refusal: null };
  const answer = await context.services.replays.place(orderOf(), orderer);
  if (answer.kind === 'refused') return { replay: null, refusal: refusalOf(answer) };
  const replay = answer.id === null ? null : await recordOf(context, answer.id);
  return { replay, refusal: null };
}

async function recordOf({ services }: RequestContext, id: string): Promise<ReplayType | null> {
  const record = await services.replays.records.get(id, services.time.now());
  return record && shownReplay(record);
}
