// Starts the node's thread.
import type { Worker } from 'node:worker_threads';
import type { EmbeddedNodeOptions } from '../options.js';
import { startThread } from '../start-thread.js';

/**
 * By default V8 lets the young generation grow to 128 MiB for each thread under load, and keeps the
 * pages.
 */
const YOUNG_MB = 16;

export function startNodeThread(options: Omit<EmbeddedNodeOptions, 'report'>): Worker {
  return startThread('./node-worker.js', import.meta.url, {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}
