// Every projection that this build knows, in every version that it can still carry on. The highest
// version of a name is the current one; earlier ones stay as long as their rows may be served.
import type { Pricing } from '../domain/cart/pricing.js';
import type { Row, TableDefinition } from '../read-models/table.js';
import { cartProjection } from './cart.js';
import { catalogue } from './catalogue.js';
import { coupons } from './coupons.js';
import { orderSummary } from './order-summary.js';
import type { ProjectedEvent, Projection } from './projection.js';
import { revenueByDay } from './revenue-by-day.js';

/** A projection whose kind of row is its own affair. */
export interface AnyProjection {
  readonly name: string;
  readonly version: number;
  readonly table: TableDefinition;
  keyOf(event: ProjectedEvent): string | undefined;
  evolve(row: Row | undefined, event: ProjectedEvent): Row;
  complete(row: Row): Row;
}

/**
 * Rows come back from the database as the projection wrote them, so between the two their type may
 * be forgotten; this is the one place where it is.
 */
export function anyProjection<ProjectedRow extends object>(
  projection: Projection<ProjectedRow>,
): AnyProjection {
  const { name, version, table } = projection;
  return {
    name,
    version,
    table,
    keyOf: (event) => projection.keyOf(event),
    evolve: (row, event) => projection.evolve(row as ProjectedRow | undefined, event) as Row,
    complete: (row) => (projection.complete?.(row as ProjectedRow) ?? row) as Row,
  };
}

/** All projections of a build that prices carts by these rules: one version a version of the rules. */
export function projectionsOf(pricing: Pricing): readonly AnyProjection[] {
  return [...pricing.all.map((rules) => anyProjection(cartProjection(rules))), ...unpriced];
}

const unpriced: readonly AnyProjection[] = [
  anyProjection(orderSummary),
  anyProjection(revenueByDay),
  anyProjection(catalogue),
  anyProjection(coupons),
];
