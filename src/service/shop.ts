// The parts of the shop put together over what they are handed: the log, the read models, time,
// and what each keeps across restarts. The service hands in the real ones.
import { AccessRecord } from '../commands/access-record.js';
import { cartAggregate, orderAggregate, shopPrefixes } from '../commands/aggregates.js';
import type { CartLimits } from '../domain/cart/limits.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StreamFolds } from '../folds/stream-folds.js';
import type { ApiServices } from '../graphql/services.js';
import { LiveChanges } from '../live-updates/live-changes.js';
import { LiveFeed } from '../live-updates/live-feed.js';
import { ActivePricing } from '../pricing/active-pricing.js';
import { OfferCache } from '../pricing/offer-cache.js';
import type { RunningReaction } from '../process-managers/reaction.js';
import type { ReadModels } from '../read-models/read-models.js';
import { CartHistory } from '../time-travel/cart-history.js';
import type { Time } from '../waiting/time.js';
import { type ReactionMemory, type ShopLog, startReactions } from './reactions.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export interface ShopPorts {
  readonly store: EventStore;
  readonly folds: StreamFolds;
  readonly commands: ShopCommands;
  readonly reads: ReadModels;
  readonly progress: ApiServices['progress'];
  readonly pricing: Pricing;
  /** Keys the guests' tokens: the same for all instances. */
  readonly secret: Buffer;
  readonly limits: CartLimits;
  /** The minimum time until a caller is refused a cart; none unless given. */
  readonly refusalMs?: number;
  readonly memory: ReactionMemory;
  readonly time: Time;
  readonly log: ShopLog;
}

export interface RunningShop {
  readonly services: Omit<ApiServices, 'driftOf' | 'countCommand'>;
  readonly reactions: readonly RunningReaction[];
}

/** Starts what runs by itself, and answers when commands and queries can be taken. */
export async function startShop(ports: ShopPorts, parts: StartedParts): Promise<RunningShop> {
  const { store, folds, commands, reads, progress, secret, limits, time, log } = ports;
  const inForce = await followPricing(ports, parts);
  const rulesInForce = inForce.rules;
  const catalogue = new OfferCache(reads, progress, time);
  const carts = commands.carts({ catalogue, secret, rulesInForce, limits });
  const reactions = await startReactions({ ...ports, carts }, parts);
  const onFault = (err: unknown) =>
    log.warn({ err }, 'live updates lost the connection to the log and retry');
  const feed = new LiveFeed({ store, prefixes: shopPrefixes, onFault, time });
  parts.add('live updates', () => feed.stop());
  const services = {
    carts,
    catalogue: commands.catalog,
    coupons: commands.coupons,
    orders: commands.orders,
    reads,
    progress,
    history: new CartHistory(store, cartAggregate, rulesInForce, folds, time),
    rulesInForce,
    live: new LiveChanges(feed, store, { cart: cartAggregate, order: orderAggregate }, folds),
    accessLog: new AccessRecord(store, time),
    ownership: commands.ownership(reads, ports.refusalMs),
    time,
    reactions,
  };
  return { services, reactions };
}

async function followPricing(
  { pricing, reads, time, log }: ShopPorts,
  parts: StartedParts,
): Promise<ActivePricing> {
  const onFault = (err: unknown) => log.warn({ err }, 'the active pricing cannot be looked up');
  const inForce = await ActivePricing.follow(pricing, reads, onFault, time);
  parts.add('pricing', () => inForce.stop());
  return inForce;
}
