// The queries on the read models. Each query is one statement on one generation, so it sees one
// moment regardless of concurrent writes.
import type { ExistingCartState } from '../domain/cart/state.js';
import type { CartView } from '../domain/cart/view.js';
import type { ProductState } from '../domain/catalog/state.js';
import type { CouponState } from '../domain/coupon/state.js';
import type { OrderState } from '../domain/order/state.js';
import type { ReadOnlyDatabase } from './database.js';
import { type RevenueDay, type RevenueMinute, revenueByDay } from './days-of-zone.js';
import { readGenerations } from './generations.js';
import { isDoubtful } from './skipped-events.js';
import { parsed } from './stored-rows.js';
import { systemTime, type Time } from '../waiting/time.js';
import { type Generation, tableName } from './table.js';
import {
  MissingColumnError,
  MissingTableError,
  ReadModelsUnavailableError,
} from './unavailable.js';

export interface CartRow {
  readonly state: ExistingCartState;
  /** The cart with the prices of its last change. */
  readonly view: CartView;
}

export interface ProductPage {
  readonly rows: readonly ProductState[];
  /** Of these rows, those that may say something else than the log; see `isDoubtful`. */
  readonly doubtfulSkus: readonly string[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface RevenueRange {
  /** Instants in milliseconds since 1970. Each minute that overlaps the range counts in full. */
  readonly from: number;
  readonly to: number;
  readonly currency: string;
  /** The time zone of the days, a name that Intl knows. */
  readonly timeZone: string;
}

interface FoundProduct {
  readonly total: number;
  readonly before: number;
  /** Null, as is the state, where the page has no product. */
  readonly sku: string | null;
  readonly state: string | null;
  /** 1 or 0. */
  readonly doubtful: number;
}

const MINUTE_MS = 60_000;
/** Time until a promotion reaches queries, in milliseconds. */
const TABLE_KNOWN_MS = 50;

export class ReadModels {
  private readonly tables = new Map<string, { readonly table: string; readonly until: number }>();

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly time: Pick<Time, 'monotonicMs'> = systemTime,
  ) {}

  async cart(cartId: string): Promise<CartRow | null> {
    const rows = await this.ask<{ state: string; view: string }>(
      'cart',
      (table) => `SELECT state, view FROM ${table} WHERE cart_id = $1`,
      [cartId],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return { state: parsed(row.state) as ExistingCartState, view: parsed(row.view) as CartView };
  }

  order(orderId: string): Promise<OrderState | null> {
    return this.state<OrderState>('order-summary', 'order_id = $1', orderId);
  }

  product(sku: string): Promise<ProductState | null> {
    return this.state<ProductState>('catalogue', 'sku = $1 AND listed = 1', sku);
  }

  coupon(code: string): Promise<CouponState | null> {
    return this.state<CouponState>('coupons', 'code = $1', code);
  }

  /** Products in the order of sku, after `after`. `search` matches sku and name, ignoring case. */
  async products({
    search,
    first,
    after,
  }: {
    readonly search: string | null;
    readonly first: number;
    readonly after: string | null;
  }): Promise<ProductPage> {
    const pattern = `%${(search ?? '').toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    const found = await this.ask<FoundProduct>('catalogue', productsPage, [
      pattern,
      after ?? '',
      first + 1,
    ]);
    const [counted] = found;
    const rows = found.flatMap(({ state }) =>
      state === null ? [] : [parsed(state) as ProductState],
    );
    return {
      rows: rows.slice(0, first),
      doubtfulSkus: found.flatMap(({ sku, doubtful }) =>
        sku !== null && doubtful === 1 ? [sku] : [],
      ),
      totalCount: counted?.total ?? 0,
      hasNextPage: rows.length > first,
      hasPreviousPage: (counted?.before ?? 0) > 0,
    };
  }

  /**
   * Orders placed from `from` to `to`, by day; days without orders are left out.
   *
   * @throws ReadModelsUnavailableError also when the rows are from a build that stored only UTC
   * days
   */
  async revenue({ from, to, currency, timeZone }: RevenueRange): Promise<readonly RevenueDay[]> {
    const firstMinute = Math.floor(from / MINUTE_MS) * MINUTE_MS;
    try {
      const minutes = await this.ask<RevenueMinute>(
        'revenue-by-day',
        (table) =>
          `SELECT begins_at, orders, units, revenue FROM ${table}
           WHERE currency = $1 AND begins_at >= $2 AND begins_at < $3 ORDER BY begins_at`,
        [currency, firstMinute, to],
      );
      return revenueByDay(minutes, timeZone);
    } catch (error) {
      throw error instanceof MissingColumnError ? new ReadModelsUnavailableError(error) : error;
    }
  }

  /**
   * Whether the rows of a stream may differ from the log: the projector could not read an event of
   * it, or the store removes events from it.
   */
  isDoubtful(stream: string): Promise<boolean> {
    return isDoubtful(this.database, stream);
  }

  generations(): Promise<readonly Generation[]> {
    return readGenerations(this.database);
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

  /** Rows of a read model's live generation; none when there is no live generation. */
  private async ask<Found>(
    name: string,
    sql: (table: string) => string,
    params: readonly (string | number)[],
  ): Promise<readonly Found[]> {
    const known = this.tables.get(name);
    const isFresh = known !== undefined && known.until > this.time.monotonicMs();
    const table = isFresh ? known.table : await this.liveTable(name);
    if (table === undefined) return [];
    try {
      return await this.database.query<Found>(sql(table), params);
    } catch (error) {
      // The table was dropped after the lookup: after a promotion, old generations are dropped
      // after a while.
      if (!(error instanceof MissingTableError)) throw error;
      const next = await this.liveTable(name);
      return next === undefined ? [] : this.database.query<Found>(sql(next), params);
    }
  }

  /**
   * Cached for a few milliseconds; for that long after a promotion, the previous generation
   * answers.
   */
  private async liveTable(name: string): Promise<string | undefined> {
    const [live] = await this.database.query<{ generation: number }>(
      "SELECT generation FROM read_model_generation WHERE name = $1 AND status = 'LIVE'",
      [name],
    );
    if (live === undefined) return undefined;
    const table = tableName({ name, generation: live.generation });
    this.tables.set(name, { table, until: this.time.monotonicMs() + TABLE_KNOWN_MS });
    return table;
  }
}

/** The counts repeat on every row of the page; an empty page has one row with the counts. */
function productsPage(table: string): string {
  const matching = `FROM ${table} WHERE listed = 1 AND searchable LIKE $1 ESCAPE '\\'`;
  return `
    SELECT counted.total, counted.before, page.sku, page.state,
      EXISTS (SELECT 1 FROM skipped_event WHERE stream = 'product-' || page.sku
              AND kind <> 'UNKNOWN_TYPE') AS doubtful
    FROM (SELECT (SELECT count(*) ${matching}) AS total,
                 (SELECT count(*) ${matching} AND sku <= $2) AS before) counted
    LEFT JOIN (SELECT sku, state ${matching} AND sku > $2 ORDER BY sku LIMIT $3) page ON true
    ORDER BY page.sku`;
}
