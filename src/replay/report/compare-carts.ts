// Compares two generations of the carts, in one snapshot of the database. Memory is bounded by the
// number of differing carts, not by the shop's size.
import type { Pricing } from '../../domain/cart/pricing.js';
import { type ExistingCartState, orderIdOf } from '../../domain/cart/state.js';
import { type CartView, viewCart } from '../../domain/cart/view.js';
import type { OrderState } from '../../domain/order/state.js';
import type { CartProjectionRow } from '../../projections/cart.js';
import { type AnyProjection, projectionFor } from '../../projections/registry.js';
import type { RowStore } from '../../read-models/row-store.js';
import type { Generation, Row } from '../../read-models/table.js';
import { isPricedBy } from '../drift.js';
import { type CartImpact, impactOf } from './impact.js';
import { type ImpactReport, impactReport, ReportError } from './impact-report.js';

/** The reads of the database; all of them see one moment. */
export type ReportRows = Pick<RowStore, 'generations' | 'rows' | 'load'>;

export interface ReportOptions {
  readonly rows: ReportRows;
  readonly projections: readonly AnyProjection[];
  readonly pricing: Pricing;
  /** The generation of carts to compare with the live one. */
  readonly after: number;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** Orders are loaded in batches of this size. */
const BATCH = 500;

/**
 * @throws ReportError when there is nothing to compare, or the generations are at different
 * positions
 */
export async function compareCarts(options: ReportOptions): Promise<ImpactReport> {
  const generations = await options.rows.generations();
  const before = generations.find(({ name, status }) => name === 'cart' && status === 'LIVE');
  if (before === undefined) throw new ReportError('There are no live carts for this log');
  const after = generations.find(
    ({ name, generation }) => name === 'cart' && generation === options.after,
  );
  if (after === undefined) {
    throw new ReportError(`There is nothing to compare with: no generation ${options.after}`);
  }
  if (before.checkpoint !== after.checkpoint) {
    throw new ReportError(
      'The two generations of the carts are not at the same position in the log',
    );
  }
  const orders = generations.find(
    ({ name, status }) => name === 'order-summary' && status === 'LIVE',
  );
  // Orders may be ahead of carts that are not kept up to date; their newer corrections count.
  if (orders === undefined || orders.checkpoint < before.checkpoint) {
    throw new ReportError('The orders are behind the carts');
  }
  const comparison = new CartComparison(options, orders, projectionFor(options.projections, after));
  const table = tableOf(options.projections, before);
  await comparison.compareAll(
    options.rows.rows(before, table),
    options.rows.rows(after, tableOf(options.projections, after)),
  );
  const facts = {
    createdAt: options.now,
    checkpoint: before.checkpoint,
    before: sideOf(before),
    after: sideOf(after),
    compared: comparison.compared,
  };
  return impactReport(facts, comparison.impacts);
}

function sideOf({ generation, version }: Generation) {
  return { generation, version };
}

/** A generation of an unknown version uses the read model's table too. */
function tableOf(projections: readonly AnyProjection[], { name, version }: Generation) {
  const sameName = projections.filter((projection) => projection.name === name);
  const own = sameName.find((projection) => projection.version === version) ?? sameName.at(-1);
  if (own === undefined) throw new ReportError(`This build has no read model ${name}`);
  return own.table;
}

interface Pair {
  readonly before: CartProjectionRow;
  readonly after: CartProjectionRow;
}

class CartComparison {
  readonly impacts: CartImpact[] = [];
  readonly compared = { carts: 0, orders: 0 };
  private waiting: Pair[] = [];

  constructor(
    private readonly options: ReportOptions,
    private readonly orders: Generation,
    /** Of the generation that is compared with the live one; absent where this build has none. */
    private readonly carts: AnyProjection | undefined,
  ) {}

  async compareAll(before: AsyncIterable<Row>, after: AsyncIterable<Row>): Promise<void> {
    for await (const pair of pairs(before, after)) {
      this.compared.carts += 1;
      this.waiting.push(pair);
      if (this.waiting.length >= BATCH) await this.compareWaiting();
    }
    await this.compareWaiting();
  }

  private async compareWaiting(): Promise<void> {
    const pairs = this.waiting;
    this.waiting = [];
    const ids = pairs.flatMap(({ after }) => orderIdOf(after.state) ?? []);
    const table = tableOf(this.options.projections, this.orders);
    const found = await this.options.rows.load(this.orders, table, ids);
    this.compared.orders += found.size;
    for (const { before, after } of pairs) {
      this.demandPrice(after);
      const order = found.get(orderIdOf(after.state) ?? '')?.['state'] as OrderState | undefined;
      const impact = impactOf({
        state: after.state,
        before: this.viewBefore(before),
        after: viewOf(after),
        order: order ?? null,
      });
      if (impact !== null) this.impacts.push(impact);
    }
  }

  /** Rules are for coupons and taxes alone: other carts have no price that could differ. */
  private demandPrice(row: CartProjectionRow): void {
    const { carts } = this;
    const { coupons, delivery } = row.state;
    if (carts === undefined || (coupons.length === 0 && delivery === undefined)) return;
    if (isPricedBy(carts, { ...row })) return;
    throw new ReportError(
      `Cart ${row.cart_id} does not cost what version ${carts.version} of the pricing gives: its rules were edited since, or give another answer each time. Rebuild with --fresh`,
    );
  }

  /** An order was priced by the rules of its checkout, regardless of the live version. */
  private viewBefore(row: CartProjectionRow): CartView {
    const rules = rulesAtCheckout(row.state, this.options.pricing);
    return rules === undefined ? viewOf(row) : viewCart(row.state, row.updated_at, rules);
  }
}

function rulesAtCheckout(cart: ExistingCartState, pricing: Pricing) {
  return cart.status === 'CHECKED_OUT' ? pricing.version(cart.pricingVersion) : undefined;
}

function viewOf({ cart_id, view }: CartProjectionRow): CartView {
  if (view === null) throw new ReportError(`Cart ${cart_id} was never priced`);
  return view;
}

/** Both sequences are in key order, and have the same keys when both folded the same events. */
async function* pairs(before: AsyncIterable<Row>, after: AsyncIterable<Row>): AsyncIterable<Pair> {
  const others = after[Symbol.asyncIterator]();
  try {
    for await (const row of before) {
      const other = await others.next();
      const one = cartRow(row);
      const two = other.done === true ? undefined : cartRow(other.value);
      if (two?.cart_id !== one.cart_id) throw unequal(one.cart_id);
      yield { before: one, after: two };
    }
    const rest = await others.next();
    if (rest.done !== true) throw unequal(cartRow(rest.value).cart_id);
  } finally {
    await others.return?.();
  }
}

function unequal(cartId: string): ReportError {
  return new ReportError(`Cart ${cartId} is not in both generations: verify them first`);
}

/** A row of the cart projection, of any version. */
function cartRow(row: Row): CartProjectionRow {
  return row as unknown as CartProjectionRow;
}
