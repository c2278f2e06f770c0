// The reactions that all instances share, by persistent subscriptions of the store.
import { demandPlace, LogReplacedError } from '../event-store/log-place.js';
import type { EventStore } from '../event-store/event-store.js';
import type { GroupStart, PersistentGroups } from '../event-store/persistent-groups.js';
import type { Reaction } from '../process-managers/reaction.js';
import type { RunningReaction } from '../process-managers/running-reaction.js';
import { startSharedReaction } from '../process-managers/shared-reaction.js';
import { tracedReaction } from '../process-managers/traced-reaction.js';
import type { PositionStore } from '../subscriptions/position-file.js';
import type { Time } from '../waiting/time.js';
import { reportingTo } from './reaction-reports.js';
import type { ReactingShop } from './reactions.js';
import type { StartedParts } from './started-parts.js';

export interface SharedReactions {
  readonly groups: PersistentGroups;
  readonly reactions: readonly SharedReaction[];
}

export interface SharedReaction {
  readonly reaction: Reaction;
  /** Where its group starts when it is made. Default: where this instance was alone. */
  readonly from?: () => Promise<GroupStart>;
}

export function startShared(
  { sharedReactions, store, memory, time, log, tracing }: ReactingShop,
  parts: StartedParts,
): readonly RunningReaction[] {
  if (sharedReactions === undefined) return [];
  const { groups, reactions } = sharedReactions;
  return reactions.map(({ reaction, from }) => {
    const position = memory.positionOf(reaction);
    const one = startSharedReaction(tracedReaction(reaction, tracing), {
      ...{ store, groups, time, clock: time.now },
      from: from ?? (() => oldPlace(position, store, time)),
      earlier: memory.parked,
      ...reportingTo(log, reaction.name),
    });
    parts.addActivity(reaction.name, () => one.stop());
    return one;
  });
}

/** The checkpoint from before the reaction was shared: what it has done is not done again. */
async function oldPlace(
  position: PositionStore,
  store: EventStore,
  time: Time,
): Promise<GroupStart> {
  const computedTo = await position.load();
  if (computedTo === undefined) return 'start';
  try {
    await demandPlace(store, computedTo, { time, signal: new AbortController().signal });
    return computedTo.position;
  } catch (error) {
    if (error instanceof LogReplacedError) return 'start';
    throw error;
  }
}
