// Traces and metrics to a collector, where one is configured. Otherwise no module of it is loaded,
// and no part is handed a `Tracing`.
import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import type { Logger } from '../http/log.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { systemTime } from '../waiting/time.js';
import type { Config } from './config.js';
import type { StartedParts } from './started-parts.js';

/** The first part, and so the last to stop: what the others end with is exported too. */
export async function startTelemetry(
  { telemetry: options }: Config,
  log: Logger,
  parts: StartedParts,
): Promise<Telemetry | undefined> {
  if (options === undefined) return undefined;
  const { openTelemetry } = await import('../telemetry/telemetry.js');
  const telemetry = await openTelemetry(options, { log, time: systemTime, version: version() });
  parts.add('telemetry', () => telemetry.stop());
  return telemetry;
}

/** The last export is made while the resources that are measured still exist. */
export async function exportMetrics(
  telemetry: Telemetry | undefined,
  registry: Registry,
  parts: StartedParts,
): Promise<void> {
  if (telemetry === undefined) return;
  if (telemetry.traces !== undefined) {
    const { watchSpans } = await import('../http/trace-metrics.js');
    watchSpans(registry, telemetry.traces.counts);
  }
  const stop = await telemetry.exportMetrics(registry);
  parts.addActivity('metrics export', stop);
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
