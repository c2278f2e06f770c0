// Counts the drift once, in a separate thread: the database compares two whole tables, and
// customers must not wait for that.
import { parentPort, workerData } from 'node:worker_threads';
import { loadPricing } from '../pricing/pricing-module.js';
import { projectionsOf } from '../projections/registry.js';
import { openRowSnapshot, type ReadModelPlace } from '../read-models/open.js';
import { systemTime } from '../waiting/time.js';
import { countDrift } from './drift.js';
import { lowerThreadPriority } from './low-priority.js';

export interface DriftWorkerData extends ReadModelPlace {
  /** Module with the pricing rules; default: the built-in ones. */
  readonly pricingRules?: string;
}

const { pricingRules, ...place } = workerData as DriftWorkerData;
lowerThreadPriority();
const rows = await openRowSnapshot(place);
if (rows !== undefined) {
  const projections = projectionsOf(await loadPricing(pricingRules));
  parentPort?.postMessage(await countDrift(rows, projections, systemTime.now()));
  await rows.close();
}
