// `cartograph projections`: pauses or resumes a read model, and prints the progress of all. A
// running server applies the change within a second.
import type { Config } from '../../service/config.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import {
  type ReadModelProgress,
  readModelProgress,
} from '../../projections/read-model-progress.js';
import { projectionsOf } from '../../projections/registry.js';
import { targetsOf } from '../../replay/targets.js';
import { EXIT } from '../exit.js';
import { print } from '../output.js';
import { withRows } from '../read-model-rows.js';
import { withExistingStore } from '../with-store.js';

export interface ProjectionsOptions {
  readonly pause?: string;
  readonly resume?: string;
  readonly json: boolean;
}

/** @throws UnknownReadModelError */
export async function runProjections(config: Config, options: ProjectionsOptions): Promise<number> {
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  const { pause, resume, json } = options;
  targetsOf(
    projections,
    [pause, resume].filter((name) => name !== undefined),
  );
  return withRows(config, async (rows) => {
    if (pause !== undefined) await rows.setPaused(pause, true);
    if (resume !== undefined) await rows.setPaused(resume, false);
    const progress = await withExistingStore(config, (store) =>
      readModelProgress(rows, store, projections, Date.now()),
    );
    if (json) await print(JSON.stringify({ projections: progress }));
    else for (const one of progress) await print(inWords(one));
    return EXIT.done;
  });
}

function inWords({ name, generation, version, position, ...one }: ReadModelProgress): string {
  const remarks = [
    one.lagEvents === 0 ? 'up to date' : `${one.lagEvents} events behind`,
    ...(one.isPaused ? ['paused'] : []),
    ...(one.rebuildDue ? ['rebuild due'] : []),
    ...(one.skipped > 0 ? [`${one.skipped} events skipped`] : []),
  ];
  return `${name}: generation ${generation}, version ${version}, at position ${position}: ${remarks.join(', ')}`;
}
