// The services that the API uses; the composition root provides them.
import type { AccessRecord } from '../commands/access-record.js';
import type { CartCommands } from '../commands/cart-commands.js';
import type { CatalogCommands } from '../commands/catalog-commands.js';
import type { CouponCommands } from '../commands/coupon-commands.js';
import type { OrderCommands } from '../commands/order-commands.js';
import type { Ownership } from '../commands/ownership.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { LiveChanges } from '../live-updates/live-changes.js';
import type { ParkedEventType, ReactionType } from './types/reaction-types.js';
import type { CountedDrift } from '../projections/projection-status.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { ReadModels } from '../read-models/read-models.js';
import type { CartHistory } from '../time-travel/cart-history.js';
import type { Time } from '../waiting/time.js';

export type { CommandContext, CommandOutcome } from '../commands/command-context.js';
export type { ExplainedCart, TimelineEntry } from '../time-travel/cart-history.js';

/**
 * `state` may come from the cache, which is enough to find the owner, who never changes.
 * `freshState` comes from the log.
 */
export type Carts = Public<CartCommands>;
export type Catalogue = Public<CatalogCommands>;
export type Coupons = Public<CouponCommands>;
export type History = Public<CartHistory>;

/** The public members of a class, so that a test can replace it. */
type Public<Class> = Pick<Class, keyof Class>;

export type Reads = Pick<
  ReadModels,
  'cart' | 'order' | 'product' | 'products' | 'revenue' | 'isDoubtful'
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

/** A process manager as staff see it. */
export interface StaffReaction {
  readonly name: string;
  status(): Pick<ReactionType, 'state' | 'position' | 'lagMs' | 'error'>;
  parked(): number;
  list(page: { readonly first: number; readonly offset: number }): readonly ParkedEventType[];
}

export interface ApiServices {
  readonly carts: Carts;
  readonly catalogue: Catalogue;
  readonly coupons: Coupons;
  readonly orders: Pick<OrderCommands, 'state' | 'freshState'>;
  readonly reads: Reads;
  readonly progress: Progress;
  /** The last drift between two generations of a read model; null when there is none. */
  readonly driftOf: (name: string, served: number, standing: number) => CountedDrift | null;
  readonly history: History;
  readonly live: Live;
  readonly accessLog: Public<AccessRecord>;
  readonly ownership: Public<Ownership>;
  /** The process managers of this instance. */
  readonly reactions: readonly StaffReaction[];
  /** The active pricing rules. */
  readonly rulesInForce: () => PricingRules;
  readonly time: Pick<Time, 'now' | 'monotonicMs' | 'after'>;
  /** Counts a command's outcome: accepted, replayed, a rejection's code, or fault. */
  readonly countCommand: (command: string, outcome: string) => void;
}
