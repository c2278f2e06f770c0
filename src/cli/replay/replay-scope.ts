// What one call of `cartograph replay` is about, and how the rows that stand by are compared with the
// served ones.
import type { Config } from '../../service/config.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import type { AnyProjection } from '../../projections/registry.js';
import type { RowStore } from '../../read-models/row-store.js';
import type { Generation } from '../../read-models/table.js';
import { type Drift, driftBetween } from '../../replay/drift.js';
import { compareCarts } from '../../replay/report/compare-carts.js';
import type { ImpactReport } from '../../replay/report/impact-report.js';
import { openRowsSnapshot } from '../read-model-rows.js';

export interface ReplayScope {
  readonly config: Config;
  /** All that this build knows. */
  readonly projections: readonly AnyProjection[];
  /** The newest version of each read model that is meant. */
  readonly targets: readonly AnyProjection[];
  readonly isReportAsked: boolean;
  /** Whether the shop goes before while something is rebuilt. */
  readonly isThrottled: boolean;
}

export interface Compared {
  readonly drift: readonly Drift[];
  /** Read models of which the two are not at one place of the log, or not of one shape. */
  readonly incomparable: readonly string[];
  readonly report: ImpactReport | null;
}

/** In one snapshot, in which what is served and what stands by are at the same place of the log. */
export async function compare(
  scope: ReplayScope,
  standing: readonly Generation[],
  { withReport }: { readonly withReport: boolean },
): Promise<Compared> {
  const rows = await openRowsSnapshot(scope.config);
  try {
    const generations = await rows.generations();
    const drift: Drift[] = [];
    const incomparable: string[] = [];
    for (const { name, generation } of standing) {
      const served = generations.find((one) => one.name === name && one.status === 'LIVE');
      const now = generations.find((one) => one.name === name && one.generation === generation);
      const projection = scope.targets.find((target) => target.name === name);
      if (!served || !now || !projection) continue;
      const isAtOnePlace = served.checkpoint === now.checkpoint;
      const found = isAtOnePlace ? await driftBetween(rows, projection, served, now) : null;
      if (found === null) incomparable.push(name);
      else drift.push(found);
    }
    const report = withReport ? await reportIn(scope, rows, generations, standing) : null;
    return { drift, incomparable, report };
  } finally {
    await rows.close();
  }
}

/** Null where carts of one version, or at different places of the log, would be compared. */
async function reportIn(
  scope: ReplayScope,
  rows: RowStore,
  generations: readonly Generation[],
  standing: readonly Generation[],
): Promise<ImpactReport | null> {
  const carts = standing.find(({ name }) => name === 'cart');
  const served = generations.find(isServedCarts);
  if (carts === undefined || served === undefined) return null;
  const now = generations.find(
    ({ name, generation }) => name === 'cart' && generation === carts.generation,
  );
  // Where the served ones were left behind, the report was made before.
  if (now?.checkpoint !== served.checkpoint) return null;
  if (served.version === carts.version && !scope.isReportAsked) return null;
  const pricing = await loadPricing(scope.config.pricingRules);
  const { projections } = scope;
  return compareCarts({ rows, projections, pricing, after: carts.generation, clock: Date.now });
}

function isServedCarts({ name, status }: Generation): boolean {
  return name === 'cart' && status === 'LIVE';
}
