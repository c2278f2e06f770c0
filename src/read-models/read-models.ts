// The queries on the read models. Each query is one statement on one generation, so it sees one
// moment regardless of concurrent writes.
import type { ExistingCartState } from '../domain/cart/state.js';
import type { ProductState } from '../domain/catalog/state.js';
import type { CouponState } from '../domain/coupon/state.js';
import type { StockState } from '../domain/inventory/state.js';
import type { OrderState } from '../domain/order/state.js';
import {
  accessesStatement,
  accessIn,
  type RecordedAccess,
  type WantedAccesses,
} from './access-list.js';
import {
  type AskCarts,
  type CartPlace,
  cartsOfCustomer,
  type IdleCart,
  idleCarts,
  openCartsOf,
} from './cart-lists.js';
import { cartIn, cartsStatement, type WantedCarts } from './cart-search.js';
import { type CouponPage, couponPage } from './coupon-pages.js';
import type { ReadOnlyDatabase, Value } from './database.js';
import type { RevenueDay } from './days-of-zone.js';
import { cartsWith, expiredUses, type HeldCouponUse } from './coupon-use-rows.js';
import { readGenerations } from './generations.js';
import { type AskTable, LiveTables } from './live-tables.js';
import { orderIn, ordersStatement, type WantedOrders } from './order-list.js';
import {
  type FoundProduct,
  productOf,
  type ProductPage,
  productPage,
  type ProductsQuestion,
} from './product-pages.js';
import { type CartRow, UnchangedCarts } from './unchanged-carts.js';
import { ReplayRecordReader } from './replay-records.js';
import { doubtfulStreams } from './skipped-events.js';
import { revenue, type RevenueRange } from './revenue-rows.js';
import { type AvailableUnits, availableUnits, stockToExpire } from './stock-rows.js';
import { parsed } from './stored-rows.js';
import { type FoundAtTime, type ListStatement, type TimePage, timePageOf } from './time-list.js';
import { systemTime, type Time } from '../waiting/time.js';
import { SalesReports } from './sales-reports.js';
import type { Generation } from './table.js';
import {
  MissingColumnError,
  MissingTableError,
  ReadModelsUnavailableError,
} from './unavailable.js';

export type { CartRow } from './unchanged-carts.js';

export class ReadModels {
  /** What the shop sold, and what became of its carts. */
  readonly reports: SalesReports;
  readonly replayRecords: ReplayRecordReader;
  private readonly tables: LiveTables;
  private readonly unchanged: UnchangedCarts;

  constructor(
    private readonly database: ReadOnlyDatabase,
    time: Pick<Time, 'monotonicMs'> = systemTime,
  ) {
    this.tables = new LiveTables(database, time);
    this.unchanged = new UnchangedCarts(database, this.tables);
    this.reports = new SalesReports(this.tables);
    this.replayRecords = new ReplayRecordReader(database);
  }

  cart(cartId: string): Promise<CartRow | null> {
    return this.unchanged.cart(cartId);
  }

  /** A cart, and whether its row is doubtful; see `isDoubtful`. */
  cartAndDoubt(cartId: string): Promise<readonly [CartRow | null, boolean]> {
    return this.unchanged.cartAndDoubt(cartId);
  }

  /** Ids of a customer's open and abandoned carts, the last changed first. */
  openCartsOf(customerId: string): Promise<readonly string[]> {
    return openCartsOf(this.askCarts, customerId);
  }

  /** A page of a customer's carts, the last changed first. */
  cartsOfCustomer(customerId: string, first: number, after: CartPlace | null) {
    return cartsOfCustomer(this.askCarts, customerId, first, after);
  }

  /** Open carts that nobody has changed since an instant, the longest idle first. */
  idleCarts(before: number, first: number, after: IdleCart | null) {
    return idleCarts(this.askCarts, before, first, after);
  }

  order(orderId: string): Promise<OrderState | null> {
    return this.state<OrderState>('order-summary', 'order_id = $1', orderId);
  }

  /**
   * Orders, the newest first.
   *
   * @throws ReadModelsUnavailableError also when the rows are from a build that cannot be searched
   * like this
   */
  async orders(wanted: WantedOrders): Promise<TimePage<OrderState>> {
    const statement = ordersStatement(wanted, this.database.dialect);
    return timePageOf(wanted, await this.list('order-summary', statement), orderIn);
  }

  /** Carts, the last changed first. @throws ReadModelsUnavailableError as `orders` does */
  async carts(wanted: WantedCarts): Promise<TimePage<ExistingCartState>> {
    const statement = cartsStatement(wanted, this.database.dialect);
    return timePageOf(wanted, await this.list('cart', statement), cartIn);
  }

  /** Looks of staff at carts, the newest first. @throws ReadModelsUnavailableError */
  async accesses(wanted: WantedAccesses): Promise<TimePage<RecordedAccess>> {
    const statement = accessesStatement(wanted, this.database.dialect);
    return timePageOf(wanted, await this.list('accesses', statement), accessIn);
  }

  async product(sku: string): Promise<ProductState | null> {
    const [found] = await this.ask<{ state: string }>(
      'catalogue',
      (table) => `SELECT state FROM ${table} WHERE sku = $1 AND listed = 1`,
      [sku],
    );
    return found === undefined ? null : productOf(found.state);
  }

  /** The products on sale among these, and which of them may be wrong; see `isDoubtful`. */
  async productsOf(skus: readonly string[]): Promise<readonly FoundProduct[]> {
    const rows = await this.reading('catalogue', (table) =>
      this.database.rowsByKey<{ sku: string; listed: number; state: string }>(table, 'sku', skus),
    );
    const doubtful = await doubtfulStreams(this.database, 'product');
    return rows
      .filter(({ listed }) => listed === 1)
      .map(({ sku, state }) => ({
        place: { sortedBy: sku, sku },
        state: productOf(state),
        isDoubtful: doubtful.has(`product-${sku}`),
      }));
  }

  coupon(code: string): Promise<CouponState | null> {
    return this.state<CouponState>('coupons', 'code = $1', code);
  }

  /** Products with a planned price whose instant has come, the earliest first. */
  async pricesDue(at: number, first: number): Promise<readonly string[]> {
    try {
      const rows = await this.ask<{ sku: string }>(
        'catalogue',
        (table) =>
          `SELECT sku FROM ${table} WHERE next_price_at <= $1 ORDER BY next_price_at LIMIT $2`,
        [at, first],
      );
      return rows.map(({ sku }) => sku);
    } catch (error) {
      // The rows are from a build that planned no prices.
      if (error instanceof MissingColumnError) return [];
      throw error;
    }
  }

  /** All coupons in the order of their codes, withdrawn ones too. */
  coupons(size: number, after: string | null): Promise<CouponPage> {
    return couponPage(size, after, (sql, params) => this.ask('coupons', sql, params));
  }

  /** Uses of coupons whose last hold expired by `at`, in milliseconds since 1970. */
  expiredCouponUses(at: number, first: number): Promise<readonly HeldCouponUse[]> {
    return expiredUses(at, first, (sql, params) => this.ask('coupon-uses', sql, params));
  }

  /** Carts that have the coupon and can still be changed. */
  cartsWithCoupon(code: string): AsyncIterable<string> {
    return cartsWith(
      code,
      (sql, params) => this.ask('coupon-carts', sql, params),
      (ids) => this.reading('cart', (table) => this.database.rowsByKey(table, 'cart_id', ids)),
    );
  }

  /** Null while the product is not tracked. */
  stock(sku: string): Promise<StockState | null> {
    return this.state<StockState>('stock', 'sku = $1', sku);
  }

  /** Of these products, the tracked ones: the units that an order can take, by sku. */
  availableUnits(skus: readonly string[]): Promise<ReadonlyMap<string, AvailableUnits>> {
    return availableUnits(this.askStock, skus);
  }

  /** Products with a checkout's hold that expires by `at`, in the order of sku, after `after`. */
  stockToExpire(at: number, first: number, after = ''): Promise<readonly StockState[]> {
    return stockToExpire(this.askStock, at, first, after);
  }

  /**
   * @throws ReadModelsUnavailableError also for a search or an order in rows that are from a build
   * without it
   */
  products(question: ProductsQuestion): Promise<ProductPage> {
    return productPage(question, this.database.dialect.wordSearch, ({ sql, params }) =>
      this.askCurrent<object>('catalogue', sql, params),
    );
  }

  /**
   * Orders placed from `from` to `to`, by day; days without orders are left out.
   *
   * @throws ReadModelsUnavailableError also when the rows are from a build that stored only UTC
   * days
   */
  revenue(range: RevenueRange): Promise<readonly RevenueDay[]> {
    return revenue((sql, params) => this.askCurrent('revenue-by-day', sql, params), range);
  }

  /**
   * Whether the rows of a stream may differ from the log: the projector could not read an event of
   * it, or the store removes events from it.
   */
  isDoubtful(stream: string): Promise<boolean> {
    return this.unchanged.isDoubtful(stream);
  }

  generations(): Promise<readonly Generation[]> {
    return readGenerations(this.database);
  }

  /** Without writes, nothing follows the log. @throws ReadModelsUnavailableError */
  async proveUsable(): Promise<void> {
    await this.generations();
    await this.database.proveWritable?.();
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private async state<State extends object>(
    name: string,
    where: string,
    key: string,
  ): Promise<State | null> {
    const [row] = await this.ask<{ state: string }>(
      name,
      (table) => `SELECT state FROM ${table} WHERE ${where}`,
      [key],
    );
    return row === undefined ? null : (parsed(row.state) as State);
  }

  private readonly askCarts: AskCarts = ({ sql, params }) => this.askCurrent('cart', sql, params);

  private readonly askStock: AskTable = (sql, params) => this.ask('stock', sql, params);

  private list(name: string, { sql, params }: ListStatement): Promise<readonly FoundAtTime[]> {
    return this.askCurrent<FoundAtTime>(name, sql, params);
  }

  /** @throws ReadModelsUnavailableError also for rows of a build that lacks what is asked for */
  private async askCurrent<Found>(
    name: string,
    sql: (table: string) => string,
    params: readonly Value[],
  ): Promise<readonly Found[]> {
    try {
      return await this.ask<Found>(name, sql, params);
    } catch (error) {
      throw unlessOld(error);
    }
  }

  private ask<Found>(
    name: string,
    sql: (table: string) => string,
    params: readonly Value[],
  ): Promise<readonly Found[]> {
    return this.tables.ask(name, sql, params);
  }

  private reading<Found>(
    name: string,
    read: (table: string) => Promise<readonly Found[]>,
  ): Promise<readonly Found[]> {
    return this.tables.reading([name], ([table = '']) => read(table));
  }
}

/** Rows of an earlier build lack columns or indexes that a question needs. */
function unlessOld(error: unknown): unknown {
  const isOld = error instanceof MissingColumnError || error instanceof MissingTableError;
  return isOld ? new ReadModelsUnavailableError(error) : error;
}
