// Counts the drift once, in a thread of its own: the database compares two whole tables meanwhile,
// and nobody who shops is to wait for that.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { loadPricing } from '../pricing/pricing-module.js';
import { projectionsOf } from '../projections/registry.js';
import { openRowSnapshot, type ReadModelPlace } from '../read-models/open.js';
import { countDrift } from './drift.js';

export interface DriftWorkerData extends ReadModelPlace {
  /** Module of the pricing rules; without it, the built-in ones. */
  readonly pricingRules?: string;
}

const LOW_PRIORITY = 10;

const { pricingRules, ...place } = workerData as DriftWorkerData;
// On Linux a priority is that of the thread which asks for it; elsewhere, of the whole service.
if (process.platform === 'linux') setPriority(LOW_PRIORITY);
const rows = await openRowSnapshot(place);
if (rows !== undefined) {
  const projections = projectionsOf(await loadPricing(pricingRules));
  parentPort?.postMessage(await countDrift(rows, projections, Date.now()));
  await rows.close();
}
