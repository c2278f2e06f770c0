// The parts of the shop put together over what they are handed: the log, the read models, time,
// and what each keeps across restarts. The service hands in the real ones.
import { AccessRecord } from '../commands/access-record.js';
import { cartAggregate, orderAggregate, shopPrefixes } from '../commands/aggregates.js';
import type { ContactSealer } from '../commands/cart-terms.js';
import type { PeopleToErase } from '../commands/erasure.js';
import type { CartLimits } from '../domain/cart/limits.js';
import type { Pricing } from '../domain/cart/pricing.js';
import { LogPages } from '../event-browser/log-pages.js';
import { LogTail } from '../event-browser/log-tail.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Payments } from '../gateways/open.js';
import type { StreamFolds } from '../folds/stream-folds.js';
import type { ApiServices } from '../graphql/services.js';
import { LiveChanges } from '../live-updates/live-changes.js';
import { LiveFeed } from '../live-updates/live-feed.js';
import { ActivePricing } from '../pricing/active-pricing.js';
import { OfferCache } from '../pricing/offer-cache.js';
import type { Reaction } from '../process-managers/reaction.js';
import type { RunningReaction } from '../process-managers/running-reaction.js';
import type { SharedReactions } from './shared-reactions.js';
import type { ReadModels } from '../read-models/read-models.js';
import { CartHistory } from '../time-travel/cart-history.js';
import { ProductHistory } from '../time-travel/product-history.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Time } from '../waiting/time.js';
import { couponReactions } from './coupon-parts.js';
import type { ShopLog } from './reaction-reports.js';
import { type ReactionMemory, startReactions } from './reactions.js';
import { followClaims } from './claims.js';
import { currentCustomersCarts } from './customers-carts.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';
import { startShopRounds } from './rounds.js';

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
  readonly contacts: ContactSealer & ApiServices['personalTexts'];
  readonly people: PeopleToErase & ApiServices['people'];
  /** Those that act on the outside, or on files. */
  readonly furtherReactions?: readonly Reaction[];
  /** Those that all instances share. */
  readonly sharedReactions?: SharedReactions;
  /** Time after which an idle cart is abandoned, in milliseconds; never unless given. */
  readonly abandonAfterMs?: number;
  /** Of the reports' days, a name of the IANA database; UTC unless given. */
  readonly timeZone?: string;
  /** The minimum time until a caller is refused a cart; none unless given. */
  readonly refusalMs?: number;
  readonly memory: ReactionMemory;
  /** Without them, checkouts cannot pay. */
  readonly payments?: Pick<Payments, 'gateway' | 'tokens'>;
  readonly time: Time;
  readonly log: ShopLog;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
}

export interface RunningShop {
  readonly services: Omit<
    ApiServices,
    'driftOf' | 'replays' | 'countCommand' | 'webhooks' | 'tracing'
  >;
  readonly reactions: readonly RunningReaction[];
}

/** Starts what runs by itself, and answers when commands and queries can be taken. */
export async function startShop(ports: ShopPorts, parts: StartedParts): Promise<RunningShop> {
  const { store, folds, commands, reads, progress, secret, limits, contacts, time, log } = ports;
  const inForce = await followPricing(ports, parts);
  const rulesInForce = inForce.rules;
  const catalogue = new OfferCache(reads, progress, time);
  const paymentTokens = ports.payments && { paymentTokens: ports.payments.tokens };
  const terms = { catalogue, rulesInForce, limits, contacts };
  const carts = commands.carts({ ...terms, secret, ...paymentTokens });
  const ownership = commands.ownership(reads, ports.refusalMs);
  followClaims({ store, ownership, log, time }, parts);
  const merges = commands.merges(limits);
  const customersCarts = currentCustomersCarts({ store, progress, reads });
  const claims = commands.claims({ merges, secret, customersCarts });
  const furtherReactions = [
    ...(ports.furtherReactions ?? []),
    ...couponReactions({ ...ports, carts }),
  ];
  const reactions = await startReactions({ ...ports, carts, merges, furtherReactions }, parts);
  startShopRounds({ ...ports, carts }, parts);
  const onFault = (err: unknown) =>
    log.warn({ err }, 'live updates lost the connection to the log and retry');
  const feed = new LiveFeed({ store, prefixes: shopPrefixes, onFault, time });
  parts.add('live updates', () => feed.stop());
  const services = {
    carts,
    claims,
    catalogue: commands.catalog,
    coupons: commands.coupons,
    stock: commands.stock,
    tax: commands.tax,
    shipping: commands.shipping,
    personalTexts: contacts,
    orders: commands.orders,
    erasure: commands.erasure(ports.people),
    people: ports.people,
    fulfilment: commands.fulfilment,
    reads,
    reports: reads.reports,
    timeZone: ports.timeZone ?? 'UTC',
    progress,
    history: new CartHistory(store, cartAggregate, rulesInForce, folds, time),
    log: openLog(store, time, onFault),
    productHistory: new ProductHistory(store),
    rulesInForce,
    live: new LiveChanges(feed, store, { cart: cartAggregate, order: orderAggregate }, folds, time),
    accessLog: new AccessRecord(store, time, ports.tracing),
    ownership,
    time,
    reactions,
  };
  return { services, reactions };
}

function openLog(
  store: EventStore,
  time: Time,
  onFault: (fault: unknown) => void,
): ApiServices['log'] {
  const pages = new LogPages(store);
  return {
    page: (filter, range, meter) => pages.page(filter, range, meter),
    event: (stream, revision) => pages.event(stream, revision),
    eventAt: (position) => pages.eventAt(position),
    tail: (filter, start) => new LogTail({ store, time, onFault }, filter, start),
  };
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
