// Queries on the read models in SQLite, on a connection of their own that only reads.
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { CartState } from '../../domain/cart/state.js';
import type { CartView } from '../../domain/cart/view.js';
import type { ProductState } from '../../domain/catalog/state.js';
import type { CouponState } from '../../domain/coupon/state.js';
import type { OrderState } from '../../domain/order/state.js';
import { type RevenueDay, type RevenueMinute, revenueByDay } from '../days-of-zone.js';
import {
  type CartRow,
  minuteOf,
  type ProductPage,
  type ReadModels,
  type RevenueRange,
} from '../read-models.js';
import { type Generation, tableName } from '../table.js';
import { ReadModelsUnavailableError } from '../unavailable.js';
import { openForReading, promised } from './database.js';
import { readGenerations } from './generations.js';

/** How long a swap of generations may take to be seen. */
const TABLE_KNOWN_MS = 50;

type Stored = Record<string, SQLOutputValue>;

export class SqliteReadModels implements ReadModels {
  private readonly prepared = new Map<string, StatementSync>();
  private readonly tables = new Map<string, { readonly table: string; readonly until: number }>();
  private readonly live: StatementSync;

  private constructor(private readonly database: DatabaseSync) {
    this.live = database.prepare(
      "SELECT name, generation FROM read_model_generation WHERE name = ? AND status = 'LIVE'",
    );
  }

  /** @throws when no projector has made the file yet */
  static open(dataDir: string): SqliteReadModels {
    return new SqliteReadModels(openForReading(dataDir));
  }

  cart(cartId: string): Promise<CartRow | null> {
    return this.read('cart', (table) => {
      const row = this.get(`SELECT state, view FROM ${table} WHERE cart_id = ?`, cartId);
      return (
        row && {
          state: parsed(row['state']) as CartState,
          view: parsed(row['view']) as CartView,
        }
      );
    });
  }

  order(orderId: string): Promise<OrderState | null> {
    return this.read('order-summary', (table) =>
      this.state(`SELECT state FROM ${table} WHERE order_id = ?`, orderId),
    ) as Promise<OrderState | null>;
  }

  product(sku: string): Promise<ProductState | null> {
    return this.read('catalogue', (table) =>
      this.state(`SELECT state FROM ${table} WHERE sku = ? AND listed = 1`, sku),
    ) as Promise<ProductState | null>;
  }

  coupon(code: string): Promise<CouponState | null> {
    return this.read('coupons', (table) =>
      this.state(`SELECT state FROM ${table} WHERE code = ?`, code),
    ) as Promise<CouponState | null>;
  }

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
    const page = await this.read('catalogue', (table): ProductPage => {
      const matching = `FROM ${table} WHERE listed = 1 AND searchable LIKE ? ESCAPE '\\'`;
      const count = (more: string, ...values: SQLInputValue[]) =>
        Number(
          this.get(`SELECT count(*) AS rows ${matching} ${more}`, pattern, ...values)?.['rows'],
        );
      const rows = this.statement(`SELECT state ${matching} AND sku > ? ORDER BY sku LIMIT ?`)
        .all(pattern, after ?? '', first + 1)
        .map((row) => parsed(row['state']) as ProductState);
      return {
        rows: rows.slice(0, first),
        totalCount: count(''),
        hasNextPage: rows.length > first,
        hasPreviousPage: after !== null && count('AND sku <= ?', after) > 0,
      };
    });
    return page ?? { rows: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false };
  }

  async revenue({ from, to, currency, timeZone }: RevenueRange): Promise<readonly RevenueDay[]> {
    const days = await this.read('revenue-by-day', (table) => {
      const minutes = this.minutesOf(table).iterate(currency, minuteOf(from), to);
      return revenueByDay(minutes as Iterable<RevenueMinute & Stored>, timeZone);
    });
    return days ?? [];
  }

  private minutesOf(table: string): StatementSync {
    try {
      return this.statement(
        `SELECT begins_at, orders, units, revenue FROM ${table}
         WHERE currency = ? AND begins_at >= ? AND begins_at < ? ORDER BY begins_at`,
      );
    } catch (error) {
      if (!isMissing('column', error)) throw error;
      throw new ReadModelsUnavailableError(error);
    }
  }

  isDoubtful(stream: string): Promise<boolean> {
    return promised(() => {
      const noted =
        "SELECT 1 FROM skipped_event WHERE stream = ? AND kind <> 'UNKNOWN_TYPE' LIMIT 1";
      return this.get(noted, stream) !== undefined;
    });
  }

  generations(): Promise<readonly Generation[]> {
    return promised(() => readGenerations(this.database));
  }

  close(): Promise<void> {
    return promised(() => this.database.close());
  }

  /**
   * The live table of a read model, looked up again every few milliseconds. A query that still asks
   * the one before a swap gets all of its answer from that one, which is kept for a while.
   */
  private liveTable(name: string): string | undefined {
    const now = performance.now();
    const known = this.tables.get(name);
    if (known !== undefined && known.until > now) return known.table;
    const live = this.live.get(name);
    if (live === undefined) return undefined;
    const table = tableName({ name, generation: Number(live['generation']) });
    this.tables.set(name, { table, until: now + TABLE_KNOWN_MS });
    return table;
  }

  /** Asks the live generation of a read model; all of an answer is from one. */
  private read<Answer>(
    name: string,
    ask: (table: string) => Answer | null | undefined,
  ): Promise<Answer | null> {
    return promised(() => {
      try {
        return this.askLive(name, ask);
      } catch (error) {
        // Dropped since it was looked up: after a swap, the one before is kept only so long.
        if (!isMissing('table', error)) throw error;
        this.tables.delete(name);
        return this.askLive(name, ask);
      }
    });
  }

  private askLive<Answer>(
    name: string,
    ask: (table: string) => Answer | null | undefined,
  ): Answer | null {
    const table = this.liveTable(name);
    if (table === undefined) return null;
    return ask(table) ?? null;
  }

  private state(sql: string, key: string): unknown {
    const row = this.get(sql, key);
    return row === undefined ? null : parsed(row['state']);
  }

  private get(sql: string, ...values: readonly SQLInputValue[]): Stored | undefined {
    return this.statement(sql).get(...values);
  }

  private statement(sql: string): StatementSync {
    const known = this.prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.prepared.set(sql, statement);
    return statement;
  }
}

function isMissing(what: 'table' | 'column', error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('message' in error)) return false;
  return String(error.message).startsWith(`no such ${what}`);
}

/** Our own rows, written by our own projections: each caller knows what its column holds. */
function parsed(json: SQLOutputValue | undefined): unknown {
  return JSON.parse(String(json));
}
