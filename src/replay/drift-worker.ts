// Counts the drift once, in a separate thread: the database compares two whole tables, and
// customers must not wait for that.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { loadPricing } from '../pricing/pricing-module.js';
import { projectionsOf } from '../projections/registry.js';
import { openRowSnapshot, type ReadModelPlace } from '../read-models/open.js';
import { systemTime } from '../waiting/time.js';
import { countDrift } from './drift.js';

export interface DriftWorkerData extends ReadModelPlace {
  /** Module with the pricing rules; default: the built-in ones. */
  readonly pricingRules?: string;
}

const LOW_PRIORITY = 10;

const { pricingRules, ...place } = workerData as DriftWorkerData;
// On Linux a priority applies to the calling thread; elsewhere, to the whole service.
if (process.platform === 'linux') setPriority(LOW_PRIORITY);
const rows = await openRowSnapshot(place);
if (rows !== undefined) {
  const projections = projectionsOf(await loadPricing(pricingRules));
  parentPort?.postMessage(await countDrift(rows, projections, systemTime.now()));
  await rows.close();
}
