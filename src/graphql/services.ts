// The parts of the service as the API needs them; the composition root hands in the real ones.
import type { AccessRecord } from '../commands/access-record.js';
import type { CartCommands } from '../commands/cart-commands.js';
import type { CatalogCommands } from '../commands/catalog-commands.js';
import type { CouponCommands } from '../commands/coupon-commands.js';
import type { OrderCommands } from '../commands/order-commands.js';
import type { Ownership } from '../commands/ownership.js';
import type { PricingRules } from '../domain/cart/pricing.js';
import type { LiveCartChange, LiveChanges } from '../live-updates/live-changes.js';
import type { CountedDrift } from '../projections/projection-status.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { ReadModels } from '../read-models/read-models.js';
import type { CartHistory } from '../time-travel/cart-history.js';

export type { CommandContext, CommandOutcome } from '../commands/command-context.js';
export type { ExplainedCart, TimelineEntry } from '../time-travel/cart-history.js';

/**
 * `state` may be a remembered one: enough to tell whose a cart is, which does not change.
 * `freshState` is what the log says now.
 */
export type Carts = Public<CartCommands>;
export type Catalogue = Public<CatalogCommands>;
export type Coupons = Public<CouponCommands>;
export type History = Public<CartHistory>;

/** What a class can do, without what it keeps, so that a test can stand in for it. */
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
export type LiveCart = LiveCartChange;

export interface ApiServices {
  readonly carts: Carts;
  readonly catalogue: Catalogue;
  readonly coupons: Coupons;
  readonly orders: Pick<OrderCommands, 'state'>;
  readonly reads: Reads;
  readonly progress: Progress;
  /**
   * What the last count found between two generations of a read model; null where there was none.
   */
  readonly driftOf: (name: string, served: number, standing: number) => CountedDrift | null;
  readonly history: History;
  readonly live: Live;
  readonly accessLog: Public<AccessRecord>;
  readonly ownership: Public<Ownership>;
  /** By which carts are priced now. */
  readonly rulesInForce: () => PricingRules;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Counts what became of a command: accepted, replayed, a rejection's code, or fault. */
  readonly countCommand: (command: string, outcome: string) => void;
}
