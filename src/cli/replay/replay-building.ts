// How `cartograph replay` builds what does not stand by yet, and compares it in time with served rows
// that this build cannot keep up to date.
import { projectionFor, type AnyProjection } from '../../projections/registry.js';
import type { Generation } from '../../read-models/table.js';
import { lowerPriority } from '../../replay/rebuild-throttle.js';
import { fillUpTo, rebuild, type RebuildOptions } from '../../replay/rebuild.js';
import { replayBar } from './replay-output.js';
import { compare, type Compared, type ReplayScope } from './replay-scope.js';

/** What a rebuild works with. */
export type Means = Pick<RebuildOptions, 'rows' | 'store' | 'bulkReader' | 'holder'>;

export interface Built {
  readonly generations: readonly Generation[];
  readonly events: number;
  readonly seconds: number;
  /** Against served rows that were left behind, where they stopped. */
  readonly early: Compared;
}

const NOTHING_COMPARED: Compared = { drift: [], incomparable: [], report: null };

export async function build(
  scope: ReplayScope,
  means: Means,
  missing: readonly AnyProjection[],
): Promise<Built> {
  if (scope.isThrottled) lowerPriority();
  const early = await compareWhereServedStopped(scope, means, missing);
  const built = await work(scope, means, missing, rebuild);
  return { ...built, early };
}

/**
 * Served rows of a version or a fold that this build does not know stay where they are, while new ones
 * go on with the log.
 */
async function compareWhereServedStopped(
  scope: ReplayScope,
  means: Means,
  missing: readonly AnyProjection[],
): Promise<Compared> {
  const stopped = (await means.rows.generations())
    .filter((one) => one.status === 'LIVE' && projectionFor(scope.projections, one) === undefined)
    .filter(({ name }) => missing.some((target) => target.name === name));
  let all = NOTHING_COMPARED;
  for (const place of new Set(stopped.map(({ checkpoint }) => checkpoint))) {
    const names = stopped.filter(({ checkpoint }) => checkpoint === place).map(({ name }) => name);
    const targets = missing.filter(({ name }) => names.includes(name));
    const standing = await work(scope, means, targets, (options) => fillUpTo(options, place));
    const withReport = names.includes('cart');
    const { drift, incomparable, report } = await compare(scope, standing, { withReport });
    all = {
      drift: [...all.drift, ...drift],
      incomparable: [...all.incomparable, ...incomparable],
      report: report ?? all.report,
    };
  }
  return all;
}

async function work<Result>(
  { config, isThrottled }: ReplayScope,
  means: Means,
  projections: readonly AnyProjection[],
  working: (options: RebuildOptions) => Promise<Result>,
): Promise<Result> {
  const bar = replayBar();
  let isWaitTold = false;
  try {
    return await working({
      ...means,
      projections,
      onError: config.projectionOnError,
      isThrottled,
      onProgress: (progress) => bar.show(progress),
      onWait: ({ message }) => {
        if (!isWaitTold) process.stderr.write(`${message}: it is waited for\n`);
        isWaitTold = true;
      },
    });
  } finally {
    bar.end();
  }
}
