// Compares standby generations with the live ones, in one snapshot of the database.
import type { Pricing } from '../domain/cart/pricing.js';
import type { AnyProjection } from '../projections/registry.js';
import type { RowReader } from '../read-models/row-reader.js';
import type { Generation } from '../read-models/table.js';
import { type Drift, driftBetween } from './drift.js';
import type { Differences } from './outcomes.js';
import { compareCarts } from './report/compare-carts.js';
import type { ImpactReport } from './report/impact-report.js';

export interface ComparisonOptions {
  /** A snapshot. */
  readonly rows: RowReader;
  /** All projections of this build. */
  readonly projections: readonly AnyProjection[];
  /** The newest version of each read model to compare. */
  readonly targets: readonly AnyProjection[];
  readonly pricing: Pricing;
  readonly report: 'never' | 'if versions differ' | 'always';
  /** In milliseconds since 1970. */
  readonly now: number;
}

export const nothingCompared: Differences = { drift: [], incomparable: [], report: null };

export async function differencesOf(
  standby: readonly Generation[],
  options: ComparisonOptions,
): Promise<Differences> {
  const { rows, targets } = options;
  const generations = await rows.generations();
  const drift: Drift[] = [];
  const incomparable: string[] = [];
  for (const { name, generation } of standby) {
    const live = generations.find((one) => one.name === name && one.status === 'LIVE');
    const now = generations.find((one) => one.name === name && one.generation === generation);
    const projection = targets.find((target) => target.name === name);
    if (!live || !now || !projection) continue;
    const isAtOnePosition = live.checkpoint === now.checkpoint;
    const found = isAtOnePosition ? await driftBetween(rows, projection, live, now) : null;
    if (found === null) incomparable.push(name);
    else drift.push(found);
  }
  return { drift, incomparable, report: await reportOf(standby, generations, options) };
}

async function reportOf(
  standby: readonly Generation[],
  generations: readonly Generation[],
  { rows, projections, pricing, report, now }: ComparisonOptions,
): Promise<ImpactReport | null> {
  const carts = standby.find(({ name }) => name === 'cart');
  const live = generations.find(({ name, status }) => name === 'cart' && status === 'LIVE');
  if (report === 'never' || carts === undefined || live === undefined) return null;
  const { generation: after, version } = carts;
  const rebuilt = generations.find((one) => one.name === 'cart' && one.generation === after);
  // If the live carts had stopped earlier, the report was made during the rebuild.
  if (rebuilt?.checkpoint !== live.checkpoint) return null;
  if (live.version === version && report !== 'always') return null;
  return compareCarts({ rows, projections, pricing, after, now });
}

/**
 * Merges both results. A read model that was compared where its live rows had stopped is not
 * compared again.
 */
export function together(early: Differences, now: Differences): Differences {
  const isEarly = (name: string) => early.drift.some((one) => one.name === name);
  return {
    drift: [...early.drift, ...now.drift.filter(({ name }) => !isEarly(name))],
    incomparable: now.incomparable.filter((name) => !isEarly(name)),
    report: early.report ?? now.report,
  };
}
