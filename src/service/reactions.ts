// The process managers beside the service; each reads the log with its own checkpoint.
import type { CartCommands } from '../commands/cart-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import { OrderPlacement } from '../process-managers/order-placement.js';
import {
  orderPlacementReaction,
  positionFileOf,
} from '../process-managers/order-placement-runner.js';
import { ParkedFacts } from '../process-managers/parked-facts.js';
import {
  type Reaction,
  type RunningReaction,
  startReaction,
} from '../process-managers/reaction.js';
import type { PositionStore } from '../subscriptions/position-file.js';
import type { Time } from '../waiting/time.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export interface ReactingShop {
  readonly log: ShopLog;
  readonly time: Time;
  readonly store: EventStore;
  readonly commands: Pick<ShopCommands, 'orders'>;
  readonly carts: CartCommands;
  readonly memory: ReactionMemory;
}

/** What the reactions keep across restarts. */
export interface ReactionMemory {
  readonly parked: ParkedFacts;
  positionOf(reaction: Reaction): PositionStore;
}

/** What the parts tell an operator. */
export type ShopLog = Pick<Logger, 'warn' | 'error'>;

/** In files of the data folder. */
export function openReactionMemory(dataDir: string): ReactionMemory {
  return {
    parked: ParkedFacts.open(dataDir),
    positionOf: (reaction) => positionFileOf(dataDir, reaction),
  };
}

/** All reactions. */
export function reactionsOf({
  carts,
  commands,
  time,
}: Pick<ReactingShop, 'carts' | 'commands'> & { readonly time?: Time }): readonly Reaction[] {
  return [orderPlacementReaction(new OrderPlacement(carts, commands.orders, time))];
}

export async function startReactions(
  shop: ReactingShop,
  parts: StartedParts,
): Promise<readonly RunningReaction[]> {
  const { parked } = shop.memory;
  parts.add('parked facts', () => parked.close());
  const { putAsideAs } = parked;
  if (putAsideAs !== undefined) {
    shop.log.warn({ putAsideAs }, 'the file of parked events was damaged and was moved aside');
  }
  const running: RunningReaction[] = [];
  for (const reaction of reactionsOf(shop)) {
    const one = await start(shop, reaction);
    parts.add(reaction.name, () => one.stop());
    running.push(one);
  }
  return running;
}

function start(
  { log, store, time, memory }: ReactingShop,
  reaction: Reaction,
): Promise<RunningReaction> {
  const { name } = reaction;
  return startReaction(reaction, {
    store,
    position: memory.positionOf(reaction),
    parked: memory.parked,
    clock: time.now,
    time,
    onFault: (err) => log.warn({ err, reaction: name }, 'a reaction had a fault and continues'),
    onParked: ({ stream, revision }, err) =>
      log.error(
        { err, reaction: name, stream, revision },
        'a reaction cannot act on an event and parks it; see cartograph reactions --parked',
      ),
  });
}
