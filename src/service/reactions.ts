// The process managers beside the service; each reads the log with its own checkpoint.
import { cartAggregate } from '../commands/aggregates.js';
import type { CartCommands } from '../commands/cart-commands.js';
import { CommandRunner } from '../commands/command-runner.js';
import { OrderCommands } from '../commands/order-commands.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { EventStore } from '../event-store/event-store.js';
import { AggregateStore } from '../folds/aggregate-store.js';
import type { Logger } from '../http/log.js';
import { OrderPlacement } from '../process-managers/order-placement.js';
import {
  orderPlacementReaction,
  positionFileOf,
} from '../process-managers/order-placement-runner.js';
import { ParkedFacts } from '../process-managers/parked-facts.js';
import {
  type Reaction,
  retryParked,
  type RunningReaction,
  startReaction,
} from '../process-managers/reaction.js';
import type { PositionStore } from '../subscriptions/position-file.js';
import { systemTime, type Time } from '../waiting/time.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export interface ReactingShop {
  readonly log: ShopLog;
  readonly time: Time;
  readonly store: EventStore;
  readonly commands: Pick<ShopCommands, 'orders'>;
  readonly carts: Pick<CartCommands, 'freshState'>;
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

/** How long a retry of parked events waits for an unavailable store. */
const RETRY_PATIENCE_MS = 60_000;

/** Retries every parked event once, without a running service. */
export async function retryAllParked(
  store: EventStore,
  parked: ParkedFacts,
  pricing: Pricing,
  time: Time = systemTime,
): Promise<void> {
  const runner = new CommandRunner(store, new AggregateStore(store));
  const carts = { freshState: (cartId: string) => runner.stateOf(cartAggregate, cartId, 'fresh') };
  const orders = new OrderCommands(runner, pricing);
  for (const reaction of reactionsOf({ carts, commands: { orders }, time })) {
    const signal = AbortSignal.timeout(RETRY_PATIENCE_MS);
    await retryParked(reaction, { store, parked, clock: time.now }, signal);
  }
}
