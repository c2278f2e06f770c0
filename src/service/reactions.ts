// The process managers beside the service; each reads the log with its own checkpoint.
import { cartAggregate } from '../commands/aggregates.js';
import { CartMerges } from '../commands/cart-merges.js';
import type { CartCommands } from '../commands/cart-commands.js';
import { CommandRunner } from '../commands/command-runner.js';
import { OrderCommands } from '../commands/order-commands.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { EventStore } from '../event-store/event-store.js';
import { AggregateStore } from '../folds/aggregate-store.js';
import { cartMergingReaction } from '../process-managers/cart-merging.js';
import { OrderPlacement } from '../process-managers/order-placement.js';
import {
  orderPlacementReaction,
  positionFileOf,
} from '../process-managers/order-placement-runner.js';
import {
  type FulfilmentPorts,
  orderFulfilmentReaction,
} from '../process-managers/order-fulfilment-runner.js';
import { ParkedFacts } from '../process-managers/parked-facts.js';
import { type Reaction, startReaction } from '../process-managers/reaction.js';
import { retryParked } from '../process-managers/retry-parked.js';
import type { RunningReaction } from '../process-managers/running-reaction.js';
import { tracedReaction } from '../process-managers/traced-reaction.js';
import { chainedPrefixes } from '../projections/shop-events.js';
import type { PositionStore } from '../subscriptions/position-file.js';
import type { Tracing } from '../tracing/tracing.js';
import { systemTime, type Time } from '../waiting/time.js';
import { reportingTo, type ShopLog } from './reaction-reports.js';
import { startShared, type SharedReactions } from './shared-reactions.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export interface ReactingShop {
  readonly log: ShopLog;
  readonly time: Time;
  readonly store: EventStore;
  readonly commands: Pick<ShopCommands, 'orders'> &
    Partial<Pick<ShopCommands, 'fulfilment' | 'holds'>>;
  readonly carts: Pick<CartCommands, 'freshState'>;
  readonly merges: Pick<CartMerges, 'carryOut'>;
  readonly memory: ReactionMemory;
  readonly furtherReactions?: readonly Reaction[];
  readonly sharedReactions?: SharedReactions;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Without them, no order is driven further than its placement. */
  readonly payments?: Pick<FulfilmentPorts, 'gateway' | 'tokens'>;
}

/** What the reactions keep across restarts. */
export interface ReactionMemory {
  readonly parked: ParkedFacts;
  positionOf(reaction: Reaction): PositionStore;
}

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
  merges,
  payments,
  time = systemTime,
}: Pick<ReactingShop, 'carts' | 'commands' | 'merges' | 'payments'> & {
  readonly time?: Time;
}): readonly Reaction[] {
  const { orders, fulfilment, holds = [] } = commands;
  const placement = orderPlacementReaction(new OrderPlacement(carts, orders, time));
  const always = [placement, cartMergingReaction(merges)];
  if (payments === undefined || fulfilment === undefined) return always;
  return [...always, orderFulfilmentReaction({ orders: fulfilment, holds, ...payments, time })];
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
  for (const reaction of [...reactionsOf(shop), ...(shop.furtherReactions ?? [])]) {
    const one = await start(shop, reaction);
    parts.addActivity(reaction.name, () => one.stop());
    running.push(one);
  }
  return [...running, ...startShared(shop, parts)];
}

function start(
  { log, store, time, memory, tracing }: ReactingShop,
  reaction: Reaction,
): Promise<RunningReaction> {
  const { name } = reaction;
  return startReaction(tracedReaction(reaction, tracing), {
    store,
    position: memory.positionOf(reaction),
    parked: memory.parked,
    lasting: chainedPrefixes,
    clock: time.now,
    time,
    ...reportingTo(log, name),
  });
}

/** How long a retry of parked events waits for an unavailable store. */
const RETRY_PATIENCE_MS = 60_000;

/**
 * Retries every parked event once, without a running service. Those of order fulfilment need the
 * payment gateway, so the service retries them by itself.
 */
export async function retryAllParked(
  store: EventStore,
  parked: ParkedFacts,
  pricing: Pricing,
  time: Time = systemTime,
): Promise<void> {
  const runner = new CommandRunner(store, new AggregateStore(store));
  const carts = { freshState: (cartId: string) => runner.stateOf(cartAggregate, cartId, 'fresh') };
  const orders = new OrderCommands(runner, pricing);
  const merges = new CartMerges(runner);
  for (const reaction of reactionsOf({ carts, commands: { orders }, merges, time })) {
    const signal = AbortSignal.timeout(RETRY_PATIENCE_MS);
    await retryParked(reaction, { store, parked, clock: time.now, time }, signal);
  }
}
