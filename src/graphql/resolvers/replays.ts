// Replays for staff: the list of all, and an administrator's mutations. They do what the command
// line does, through the same session.
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { ReplayOrder } from '../../replay/replay-order.js';
import { delay } from '../../waiting/time.js';
import { demand } from '../access.js';
import { maxPageSize } from '../complexity.js';
import type { RequestContext } from '../context.js';
import { checkPage, uuidOf } from '../input-rules.js';
import { ordererOf, readModelsOf } from '../replay-orders.js';
import { refusalOf, shownReplay } from '../replay-view.js';
import { seenToEnd } from '../seen-by-projector.js';
import type { CommandInput } from '../types/command-inputs.js';
import {
  PromoteProjectionsInput,
  RebuildProjectionsInput,
  RollBackProjectionsInput,
} from '../types/replay-inputs.js';
import { ReplayPayload, ReplayType, StopReplayPayload } from '../types/replay-types.js';
import { defaultPageSize } from '../types/page-arguments.js';

/** How often a refused command looks for its own replay, and how far apart. */
const LOOKS = 10;
const LOOK_MS = 50;

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
    const { services } = context;
    const records = await services.replays.records.list(first, services.time.now());
    await seenToEnd(services, records);
    return records.map(shownReplay);
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

type BeginningOrder = Extract<ReplayOrder, { kind: 'rebuild' | 'promote' | 'roll back' }>;

/** The same command id once more gives the same replay; with another order it is refused. */
async function ordered(
  context: RequestContext,
  input: CommandInput,
  orderOf: () => BeginningOrder,
): Promise<ReplayPayload> {
  demand(context, 'projections:change');
  const orderer = ordererOf(context, input);
  const order = orderOf();
  const known = orderer.id === undefined ? null : await recordOf(context, orderer.id);
  if (known !== null) return payloadOf(known, order);
  const answer = await context.services.replays.place(order, orderer);
  if (answer.kind === 'refused') {
    const begun = orderer.id === undefined ? null : await begunElsewhere(context, orderer.id);
    return begun === null ? { replay: null, refusal: refusalOf(answer) } : payloadOf(begun, order);
  }
  const replay = answer.id === null ? null : await recordOf(context, answer.id);
  return replay === null ? { replay, refusal: null } : payloadOf(replay, order);
}

/** A record has the kind of its order, and the names. */
function payloadOf(replay: ReplayType, { kind, names }: BeginningOrder): ReplayPayload {
  const sorted = (all: readonly string[]) => [...all].sort().join();
  const isAsked = replay.kind === kinds[kind] && sorted(replay.readModels) === sorted(names);
  return isAsked ? { replay, refusal: null } : { replay: null, refusal: otherOrder };
}

const kinds = { rebuild: 'REBUILD', promote: 'PROMOTION', 'roll back': 'ROLLBACK' } as const;

const otherOrder = {
  code: 'COMMAND_ID_REUSED',
  message: 'This command id belongs to a replay that was asked for otherwise.',
} as const;

/**
 * What refuses a command may be the same command, sent to another instance in the same moment. Its
 * replay is on record a moment after it holds the lock.
 */
async function begunElsewhere(context: RequestContext, id: string): Promise<ReplayType | null> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const begun = await recordOf(context, id);
    if (begun !== null) return begun;
    await delay(context.services.time, LOOK_MS);
  }
  return null;
}

async function recordOf({ services }: RequestContext, id: string): Promise<ReplayType | null> {
  const record = await services.replays.records.get(id, services.time.now());
  if (record === null) return null;
  await seenToEnd(services, [record]);
  return shownReplay(record);
}
