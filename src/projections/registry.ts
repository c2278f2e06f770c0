// Every projection that this build knows, in every version that it can still carry on. The highest
// version of a name is the current one; earlier ones stay as long as their rows may be served.
// Whatever else changes in how rows are made shows in a hash of the code, so that nobody has to
// remember it.
import type { Pricing } from '../domain/cart/pricing.js';
import { foldHashes } from '../folds/fold-hashes.js';
import type { Generation, Row, TableDefinition } from '../read-models/table.js';
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
  /**
   * Of all the code that makes its rows of stored events, but for the rules that `version` counts.
   */
  readonly foldHash: string;
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
 * All projections of a build that prices carts by these rules: one version a version of the rules.
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
];

/**
 * The projection that made these rows and can carry them on. Rows from before the code was on
 * record are taken for its own, as their version says: raising that was then all that told them
 * apart.
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
