// Queries on the read models in Postgres.
import type pg from 'pg';
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
import {
  ANSWER_MS,
  available,
  inTransaction,
  isMissingColumn,
  isMissingTable,
  openPool,
  prepare,
} from './database.js';
import { readGenerations } from './generations.js';

const POOL_SIZE = 10;
/** How long a swap of generations may take to be seen. */
const TABLE_KNOWN_MS = 50;
const ONE_MOMENT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

type Ask<Answer> = (table: string) => Promise<Answer | null | undefined>;

export class PostgresReadModels implements ReadModels {
  private readonly tables = new Map<string, { readonly table: string; readonly until: number }>();

  private constructor(private readonly pool: pg.Pool) {}

  /** @throws ReadModelsUnavailableError */
  static async open(connectionString: string): Promise<PostgresReadModels> {
    const pool = openPool(connectionString, POOL_SIZE, ANSWER_MS);
    await prepare(pool);
    return new PostgresReadModels(pool);
  }

  cart(cartId: string): Promise<CartRow | null> {
    return this.read('cart', async (table) => {
      const select = `SELECT state, view FROM ${table} WHERE cart_id = $1`;
      const { rows } = await this.pool.query<{ state: CartState; view: CartView }>(select, [
        cartId,
      ]);
      return rows[0];
    });
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
    const page = await this.read('catalogue', (table) =>
      inTransaction(
        this.pool,
        async (client): Promise<ProductPage> => {
          const matching = `FROM ${table} WHERE listed = 1 AND searchable LIKE $1 ESCAPE '\\'`;
          const count = async (more: string, ...values: readonly string[]) => {
            const sql = `SELECT count(*) AS rows ${matching} ${more}`;
            const { rows } = await client.query<{ rows: number }>(sql, [pattern, ...values]);
            return rows[0]?.rows ?? 0;
          };
          const { rows } = await client.query<{ state: ProductState }>(
            `SELECT state ${matching} AND sku > $2 ORDER BY sku LIMIT $3`,
            [pattern, after ?? '', first + 1],
          );
          return {
            rows: rows.slice(0, first).map(({ state }) => state),
            totalCount: await count(''),
            hasNextPage: rows.length > first,
            hasPreviousPage: after !== null && (await count('AND sku <= $2', after)) > 0,
          };
        },
        ONE_MOMENT,
      ),
    );
    return page ?? { rows: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false };
  }

  async revenue({ from, to, currency, timeZone }: RevenueRange): Promise<readonly RevenueDay[]> {
    const ask: Ask<readonly RevenueMinute[]> = async (table) => {
      const { rows } = await this.pool.query<RevenueMinute>(
        `SELECT begins_at, orders, units, revenue FROM ${table}
         WHERE currency = $1 AND begins_at >= $2 AND begins_at < $3 ORDER BY begins_at`,
        [currency, minuteOf(from), to],
      );
      return rows;
    };
    try {
      return revenueByDay((await this.read('revenue-by-day', ask)) ?? [], timeZone);
    } catch (error) {
      if (!isMissingColumn(error)) throw error;
      throw new ReadModelsUnavailableError(error);
    }
  }

  async isDoubtful(stream: string): Promise<boolean> {
    const noted =
      "SELECT 1 FROM skipped_event WHERE stream = $1 AND kind <> 'UNKNOWN_TYPE' LIMIT 1";
    return (await available(this.pool.query(noted, [stream]))).rowCount !== 0;
  }

  generations(): Promise<readonly Generation[]> {
    return available(readGenerations(this.pool));
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private state<State>(name: string, where: string, key: string): Promise<State | null> {
    return this.read(name, async (table) => {
      const select = `SELECT state FROM ${table} WHERE ${where}`;
      const { rows } = await this.pool.query<{ state: State }>(select, [key]);
      return rows[0]?.state;
    });
  }

  /** Asks the live generation of a read model; all of an answer is from one. */
  private async read<Answer>(name: string, ask: Ask<Answer>): Promise<Answer | null> {
    try {
      return await available(this.askLive(name, ask));
    } catch (error) {
      // Dropped since it was looked up: after a swap, the one before is kept only so long.
      if (!isMissingTable(error)) throw error;
      this.tables.delete(name);
      return available(this.askLive(name, ask));
    }
  }

  private async askLive<Answer>(name: string, ask: Ask<Answer>): Promise<Answer | null> {
    const table = await this.liveTable(name);
    return table === undefined ? null : ((await ask(table)) ?? null);
  }

  private async liveTable(name: string): Promise<string | undefined> {
    const now = performance.now();
    const known = this.tables.get(name);
    if (known !== undefined && known.until > now) return known.table;
    const { rows } = await this.pool.query<{ generation: number }>(
      "SELECT generation FROM read_model_generation WHERE name = $1 AND status = 'LIVE'",
      [name],
    );
    const [live] = rows;
    if (live === undefined) return undefined;
    const table = tableName({ name, generation: live.generation });
    this.tables.set(name, { table, until: now + TABLE_KNOWN_MS });
    return table;
  }
}
