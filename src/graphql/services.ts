// The services that the API uses; the composition root provides them.
import type { AccessRecord } from '../commands/access-record.js';
import type { CartClaims } from '../commands/cart-claims.js';
import type { CartCommands } from '../commands/cart-commands.js';
import type { CatalogCommands } from '../commands/catalog-commands.js';
import type { CouponCommands } from '../commands/coupon-commands.js';
import type { Erasure } from '../commands/erasure.js';
import type { FulfilmentCommands } from '../commands/fulfilment-commands.js';
import type { OrderCommands } from '../commands/order-commands.js';
import type { ShippingCommands } from '../commands/shipping-commands.js';
import type { StockCommands } from '../commands/stock-commands.js';
import type { TaxCommands } from '../commands/tax-commands.js';
import type { Ownership } from '../commands/ownership.js';
import type { SealedWords } from '../domain/cart/delivery/events.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { LogFilter } from '../event-browser/log-filter.js';
import type { LogPages } from '../event-browser/log-pages.js';
import type { TailFrame, TailStart } from '../event-browser/log-tail.js';
import type { LiveChanges } from '../live-updates/live-changes.js';
import type { WebhookTarget } from '../commands/webhook-commands.js';
import type { Webhook, WebhooksState } from '../domain/webhook/state.js';
import type { ParkedEventType, ReactionType } from './types/reaction-types.js';
import type { WebhookAttemptType, WebhookDeliveryType } from './types/webhook-types.js';
import type { CountedDrift } from '../projections/projection-status.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { SoughtPeople } from '../read-models/cart-search.js';
import type { ReplayRecordReader } from '../read-models/replay-records.js';
import type { ReplayDesk } from '../replay/replay-desk.js';
import type { ReadModels } from '../read-models/read-models.js';
import type { SalesReports } from '../read-models/sales-reports.js';
import type { CartHistory } from '../time-travel/cart-history.js';
import type { ProductHistory } from '../time-travel/product-history.js';
import type { CommandContext, CommandOutcome } from '../commands/command-context.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Time } from '../waiting/time.js';

export type { CommandContext, CommandOutcome } from '../commands/command-context.js';
export type { ExplainedCart, TimelineEntry, TimelineRange } from '../time-travel/cart-history.js';
export type { Meter } from '../time-travel/meter.js';

/**
 * `state` may come from the cache, which is enough to find the owner, who never changes.
 * `freshState` comes from the log.
 */
export type Carts = Omit<Public<CartCommands>, 'lapseCoupon'>;
export type Claims = Public<CartClaims>;
export type Catalogue = Public<CatalogCommands>;
export type Coupons = Pick<CouponCommands, 'define' | 'withdraw'>;
export type Stock = Public<StockCommands>;
export type History = Public<CartHistory>;

/** The public members of a class, so that a test can replace it. */
type Public<Class> = Pick<Class, keyof Class>;

export type Reads = Pick<
  ReadModels,
  | 'accesses'
  | 'cart'
  | 'cartAndDoubt'
  | 'carts'
  | 'cartsOfCustomer'
  | 'openCartsOf'
  | 'order'
  | 'orders'
  | 'product'
  | 'products'
  | 'productsOf'
  | 'coupons'
  | 'revenue'
  | 'availableUnits'
  | 'isDoubtful'
>;

/** A part of a longer list of rows, in the list's order. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export type Progress = Pick<RunningProjector, 'status' | 'onProgress' | 'reached'>;
export type Live = Public<LiveChanges>;

/** Opens personal data that events store encrypted. */
export interface TextOpener {
  /** Undefined once its person was erased. */
  openText(sealed: SealedWords): Promise<string | undefined>;
}

/** A process manager as staff see it. */
export interface StaffReaction {
  readonly name: string;
  status(): Pick<ReactionType, 'state' | 'position' | 'lagMs' | 'error'>;
  parked(): Promise<number>;
  list(page: {
    readonly first: number;
    readonly offset: number;
  }): Promise<readonly ParkedEventType[]>;
  /** Retries what it has parked. */
  replay(): Promise<void>;
}

export type { Orderer } from '../replay/replay-desk.js';

/** Where administrators order replays, and the record of all. */
export interface StaffReplays extends Pick<ReplayDesk, 'place' | 'stopRunning' | 'onChange'> {
  readonly records: Pick<ReplayRecordReader, 'list' | 'get'> & {
    readonly reports: Public<ReplayRecordReader['reports']>;
  };
}

/** A delivery of a webhook as admins see it. Instants are in milliseconds since 1970. */
export interface StaffDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: number;
  readonly status: WebhookDeliveryType['status'];
  readonly attempts: number;
  readonly plannedAt: number;
  readonly dueAt: number;
}

export interface StaffWebhooks {
  list(): Promise<readonly Webhook[]>;
  /** Why the address cannot be used; undefined when it can. */
  faultOfUrl(url: string): string | undefined;
  register(
    target: WebhookTarget,
    context: CommandContext,
  ): Promise<{
    readonly outcome: CommandOutcome<WebhooksState>;
    readonly webhookId: string;
    readonly secret: string | null;
  }>;
  change(
    webhookId: string,
    target: Partial<WebhookTarget>,
    context: CommandContext,
  ): Promise<CommandOutcome<WebhooksState>>;
  pause(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>>;
  resume(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>>;
  rotateSecret(
    webhookId: string,
    context: CommandContext,
  ): Promise<{
    readonly outcome: CommandOutcome<WebhooksState>;
    readonly secret: string | null;
  }>;
  remove(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>>;
  deliveries(
    webhookId: string,
    first: number,
    after: { readonly at: number; readonly id: string } | null,
  ): Promise<Page<StaffDelivery>>;
  attemptsOf(deliveryId: string): Promise<readonly WebhookAttemptType[]>;
  /** Undefined for an absent delivery. */
  redeliver(deliveryId: string): Promise<StaffDelivery | undefined>;
}

export interface ApiServices {
  readonly carts: Carts;
  readonly claims: Claims;
  readonly catalogue: Catalogue;
  readonly coupons: Coupons;
  readonly stock: Stock;
  readonly tax: Public<TaxCommands>;
  readonly shipping: Public<ShippingCommands>;
  readonly personalTexts: TextOpener;
  readonly orders: Pick<OrderCommands, 'state' | 'freshState'>;
  readonly erasure: Pick<Erasure, 'erase'>;
  readonly people: { whoGave(email: string): Promise<SoughtPeople> };
  readonly fulfilment: Pick<FulfilmentCommands, 'ship' | 'cancel' | 'refund'>;
  readonly reads: Reads;
  readonly reports: Public<SalesReports>;
  /** The shop's own time zone, a name of the IANA database. */
  readonly timeZone: string;
  readonly progress: Progress;
  readonly replays: StaffReplays;
  /** The last drift between two generations of a read model; null when there is none. */
  readonly driftOf: (name: string, served: number, standing: number) => CountedDrift | null;
  readonly history: History;
  readonly log: {
    page: LogPages['page'];
    event: LogPages['event'];
    eventAt: LogPages['eventAt'];
    /** The events of the log from a place on, as they come. */
    tail(filter: LogFilter, start: TailStart): AsyncIterableIterator<TailFrame>;
  };
  readonly productHistory: Public<ProductHistory>;
  readonly live: Live;
  readonly accessLog: Public<AccessRecord>;
  readonly ownership: Pick<Ownership, 'ofCart' | 'ofOrder'>;
  readonly webhooks: StaffWebhooks;
  /** The process managers of this instance. */
  readonly reactions: readonly StaffReaction[];
  /** The active pricing rules. */
  readonly rulesInForce: () => PricingRules;
  readonly time: Pick<Time, 'now' | 'monotonicMs' | 'after'>;
  /** Undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Counts a command's outcome: accepted, replayed, a rejection's code, or fault. */
  readonly countCommand: (command: string, outcome: string) => void;
}
