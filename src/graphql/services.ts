// The parts of the service as the API needs them; the composition root hands in the real ones.
import type { CartState } from '../domain/cart/state.js';
import type { CartView } from '../domain/cart/view.js';
import type { CouponTerms } from '../domain/cart/events.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { ProductState } from '../domain/catalog/state.js';
import type { CouponState } from '../domain/coupon/state.js';
import type { Recorded } from '../domain/decider.js';
import type { OrderState } from '../domain/order/state.js';
import type { Rejection } from '../domain/rejection.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { ProjectionStatus } from './types/report-types.js';

export interface CommandContext {
  readonly commandId?: string;
  readonly expectedRevision?: number;
  readonly actor: { readonly kind: string; readonly subject?: string };
}

export type CommandOutcome<State> =
  | {
      readonly accepted: true;
      readonly state: State;
      readonly revision: number;
      /** Null when nothing had to be appended. */
      readonly position: bigint | null;
      readonly replayed: boolean;
    }
  | { readonly accepted: false; readonly rejection: Rejection };

type CartAnswer = Promise<CommandOutcome<CartState>>;

export interface Carts {
  /** The cart as the log has it; `initialCart` when it is absent. */
  state(cartId: string): Promise<CartState>;
  open(
    input: { readonly currency: string; readonly customerId: string | null },
    context: CommandContext,
  ): Promise<{ readonly outcome: CommandOutcome<CartState>; readonly cartToken: string | null }>;
  addItem(
    input: { readonly cartId: string; readonly sku: string; readonly quantity: number },
    context: CommandContext,
  ): CartAnswer;
  changeQuantity(
    input: { readonly cartId: string; readonly sku: string; readonly quantity: number },
    context: CommandContext,
  ): CartAnswer;
  removeItem(
    input: { readonly cartId: string; readonly sku: string },
    context: CommandContext,
  ): CartAnswer;
  applyCoupon(
    input: { readonly cartId: string; readonly code: string },
    context: CommandContext,
  ): CartAnswer;
  removeCoupon(
    input: { readonly cartId: string; readonly code: string },
    context: CommandContext,
  ): CartAnswer;
  checkout(
    input: { readonly cartId: string; readonly expectedTotal: number },
    context: CommandContext,
  ): Promise<{ readonly outcome: CommandOutcome<CartState>; readonly order?: OrderState }>;
}

interface Amount {
  readonly minorUnits: number;
  readonly currency: string;
}

export interface Catalogue {
  list(
    input: { readonly sku: string; readonly name: string; readonly price: Amount },
    context: CommandContext,
  ): Promise<CommandOutcome<ProductState>>;
  changePrice(
    input: { readonly sku: string; readonly price: Amount },
    context: CommandContext,
  ): Promise<CommandOutcome<ProductState>>;
  delist(
    input: { readonly sku: string },
    context: CommandContext,
  ): Promise<CommandOutcome<ProductState>>;
}

export interface Coupons {
  define(
    input: { readonly code: string; readonly description: string; readonly terms: CouponTerms },
    context: CommandContext,
  ): Promise<CommandOutcome<CouponState>>;
  withdraw(
    input: { readonly code: string },
    context: CommandContext,
  ): Promise<CommandOutcome<CouponState>>;
}

export interface RevenueRow {
  /** In UTC, as 2010-12-01. */
  readonly date: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface Reads {
  cart(cartId: string): Promise<{ readonly state: CartState; readonly view: CartView } | null>;
  order(orderId: string): Promise<OrderState | null>;
  product(sku: string): Promise<ProductState | null>;
  /** In the order of sku, those after `after`. */
  products(page: {
    readonly search: string | null;
    readonly first: number;
    readonly after: string | null;
  }): Promise<Page<ProductState>>;
  revenue(range: {
    readonly from: number;
    readonly to: number;
    readonly currency: string;
  }): Promise<readonly RevenueRow[]>;
}

export interface Progress {
  status(): readonly ProjectionStatus[];
  /** Calls when any read model has advanced; answers how to stop that. */
  onProgress(listener: () => void): () => void;
  /** False when the read models have not reached the position in time. */
  reached(position: bigint, timeoutMs: number): Promise<boolean>;
}

export interface HistoryEntry {
  readonly stored: StoredEvent;
  readonly event: Recorded<CartEvent>;
}

export interface CartDifference {
  readonly from: CartState | null;
  readonly to: CartState | null;
  readonly changes: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly eventIds: readonly string[];
  }[];
}

export interface History {
  /** Null before the cart was opened. */
  cartAt(cartId: string, at: number): Promise<CartState | null>;
  /** Null for a revision that the cart has not reached. */
  cartAtRevision(cartId: string, revision: number): Promise<CartState | null>;
  timeline(
    cartId: string,
    page: { first?: number; after?: number; last?: number; before?: number },
  ): Promise<Page<HistoryEntry>>;
  diff(cartId: string, from: number, to: number): Promise<CartDifference>;
}

export interface LiveCart {
  readonly entry: HistoryEntry | null;
  readonly state: CartState;
  readonly revision: number;
}

export interface Live {
  cartChanges(cartId: string, afterRevision: number | undefined): AsyncIterableIterator<LiveCart>;
  orderChanges(orderId: string): AsyncIterableIterator<OrderState>;
}

export interface AccessLog {
  /** Resolves when it is on record that `subject` looked at somebody's cart, and why. */
  record(cartId: string, by: { readonly subject: string; readonly reason: string }): Promise<void>;
}

export interface ApiServices {
  readonly carts: Carts;
  readonly catalogue: Catalogue;
  readonly coupons: Coupons;
  readonly orders: { state(orderId: string): Promise<OrderState> };
  readonly reads: Reads;
  readonly progress: Progress;
  readonly history: History;
  readonly live: Live;
  readonly accessLog: AccessLog;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Counts what became of a command: accepted, replayed, a rejection's code, or fault. */
  readonly countCommand: (command: string, outcome: string) => void;
}
