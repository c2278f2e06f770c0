// All projections of this build, in every version that it can continue. The highest version of a
// name is current; earlier ones stay while their rows may be live. Any other change of the code
// changes the fold hash, so no number has to be raised by hand.
import type { Pricing } from '../domain/cart/pricing.js';
import { foldHashes } from '../folds/fold-hashes.js';
import type { Generation, Row, TableDefinition } from '../read-models/table.js';
import { cartFunnel } from './cart-funnel.js';
import { accesses } from './accesses.js';
import { cartProjection } from './cart.js';
import { catalogue } from './catalogue.js';
import { couponCarts } from './coupon-carts.js';
import { couponUses } from './coupon-uses.js';
import { coupons } from './coupons.js';
import { orderSales } from './order-sales.js';
import { orderSummary } from './order-summary.js';
import type { ProjectedEvent, Projection } from './projection.js';
import { revenueByDay } from './revenue-by-day.js';
import { stock } from './stock.js';

/** A projection with its row type erased. */
export interface AnyProjection {
  readonly name: string;
  readonly version: number;
  /**
   * Hash of all code that turns stored events into its rows, except the pricing rules, which
   * `version` covers.
   */
  readonly foldHash: string;
  readonly table: TableDefinition;
  keyOf(event: ProjectedEvent): string | undefined;
  evolve(row: Row | undefined, event: ProjectedEvent): Row;
  complete(row: Row): Row;
}

/**
 * Rows come back from the database as the projection wrote them, so their type can be erased in
 * between. This is the only place that erases it.
 */
export function anyProjection<ProjectedRow extends object>(
  projection: Projection<ProjectedRow>,
  foldHash: string,
): AnyProjection {
  const { name, version, table } = projection;
  return {
    name,
    version,
    foldHash,
    table,
    keyOf: (event) => projection.keyOf(event),
    evolve: (row, event) => projection.evolve(row as ProjectedRow | undefined, event) as Row,
    complete: (row) => (projection.complete?.(row as ProjectedRow) ?? row) as Row,
  };
}

/**
 * All projections for these pricing rules; the cart projection has a version for each version of
 * the rules.
 */
export function projectionsOf(pricing: Pricing): readonly AnyProjection[] {
  const carts = pricing.all.map((rules) =>
    anyProjection(cartProjection(rules), foldHashes['cart rows']),
  );
  return [...carts, ...unpriced];
}

const unpriced: readonly AnyProjection[] = [
  anyProjection(orderSummary, foldHashes['order rows']),
  anyProjection(revenueByDay, foldHashes['revenue rows']),
  anyProjection(catalogue, foldHashes['catalogue rows']),
  anyProjection(coupons, foldHashes['coupon rows']),
  anyProjection(couponUses, foldHashes['coupon use rows']),
  anyProjection(couponCarts, foldHashes['coupon cart rows']),
  anyProjection(stock, foldHashes['stock rows']),
  anyProjection(accesses, foldHashes['access rows']),
  anyProjection(cartFunnel, foldHashes['cart funnel rows']),
  anyProjection(orderSales, foldHashes['order sales rows']),
];

/**
 * The projection that made these rows and can continue them. Rows without a recorded fold hash
 * match by their version: earlier releases distinguished code only by the version.
 */
export function projectionFor(
  projections: readonly AnyProjection[],
  { name, version, foldHash }: Pick<Generation, 'name' | 'version' | 'foldHash'>,
): AnyProjection | undefined {
  return projections.find(
    (one) =>
      one.name === name &&
      one.version === version &&
      (foldHash === null || one.foldHash === foldHash),
  );
}
