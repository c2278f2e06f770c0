// What can be asked of the read models, whichever database holds them. Every answer comes from one
// generation.
import type { CartState } from '../domain/cart/state.js';
import type { CartView } from '../domain/cart/view.js';
import type { ProductState } from '../domain/catalog/state.js';
import type { CouponState } from '../domain/coupon/state.js';
import type { OrderState } from '../domain/order/state.js';
import type { Generation } from './table.js';
import type { RevenueDay } from './days-of-zone.js';

export interface CartRow {
  readonly state: CartState;
  /** As it was priced at its last change. */
  readonly view: CartView;
}

export interface ProductPage {
  readonly rows: readonly ProductState[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface RevenueRange {
  /** Instants in milliseconds since 1970; orders of the minute in which either lies are counted. */
  readonly from: number;
  readonly to: number;
  readonly currency: string;
  /** Of the days, by a name that Intl knows. */
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;

/** The first minute of a range, as a read model's row has it. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

export interface ReadModels {
  cart(cartId: string): Promise<CartRow | null>;
  order(orderId: string): Promise<OrderState | null>;
  product(sku: string): Promise<ProductState | null>;
  coupon(code: string): Promise<CouponState | null>;
  /** In the order of sku, those after `after`; `search` looks into sku and name, in any case. */
  products(page: {
    readonly search: string | null;
    readonly first: number;
    readonly after: string | null;
  }): Promise<ProductPage>;
  /**
   * Orders that were placed from `from` up to `to`, by day; days without are left out.
   * @throws ReadModelsUnavailableError also where the rows are of a build that knew days of UTC only
   */
  revenue(range: RevenueRange): Promise<readonly RevenueDay[]>;
  /**
   * Whether the rows about a stream may say something else than the log: the projector met an event
   * there that it does not understand, or the store takes events of it away.
   */
  isDoubtful(stream: string): Promise<boolean>;
  generations(): Promise<readonly Generation[]>;
  close(): Promise<void>;
}
