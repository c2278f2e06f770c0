// Traces and metrics to a collector, by OpenTelemetry's SDK and OTLP. A collector that is away or
// slow delays nothing and fails nothing: what it does not take is dropped and counted. The service
// loads this module only when a collector is configured.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Registry } from 'prom-client';
import type { Tracing } from '../tracing/tracing.js';
import type { Time } from '../waiting/time.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { openMetricExporter, openSpanExporter } from './exporters.js';
import type { TelemetryOptions, TraceOptions } from './options.js';
import { Outage, type TelemetryLog } from './outage.js';
import { RegistryMetrics } from './registry-metrics.js';
import { samplerOf } from './sampler.js';
import { SdkTracing } from './sdk-tracing.js';
import { type SpanCounts, SpanExport } from './span-export.js';

export interface TelemetryPorts {
  readonly log: TelemetryLog;
  readonly time: Time;
  /** Of the service. */
  readonly version: string;
}

export interface Telemetry {
  /** Undefined: metrics alone. */
  readonly traces?: { readonly tracing: Tracing; readonly counts: () => SpanCounts } | undefined;
  /** Exports what the registry shows, now and then. The result does so once more, and stops. */
  exportMetrics(registry: Registry): Promise<() => Promise<void>>;
  /** Exports the spans that wait, for a second at most. */
  stop(): Promise<void>;
}

/** A stop has other parts to wait for; what a collector has not taken by then is dropped. */
const FLUSH_MS = 1_000;
/** Longer values say nothing more, and other programs write some of them. */
const MAX_VALUE = 256;

export async function openTelemetry(
  options: TelemetryOptions,
  ports: TelemetryPorts,
): Promise<Telemetry> {
  const resource = resourceOf(options, ports);
  const traces = options.traces && (await openTraces(options, options.traces, resource, ports));
  return {
    traces,
    exportMetrics: async (registry) => {
      if (options.metrics === undefined) return () => Promise.resolve();
      return startMetrics(options, options.metrics.everyMs, { resource, registry }, ports);
    },
    stop: async () => traces?.stop(),
  };
}

function resourceOf(
  { serviceName, resource }: TelemetryOptions,
  { time, version }: TelemetryPorts,
): Resource {
  const own = { 'service.version': version, 'service.instance.id': time.newId() };
  return defaultResource().merge(
    resourceFromAttributes({ ...own, ...resource, 'service.name': serviceName }),
  );
}

async function openTraces(
  options: TelemetryOptions,
  traces: TraceOptions,
  resource: Resource,
  { log, time }: TelemetryPorts,
) {
  const spans = new SpanExport(await openSpanExporter(options), traces, new Outage(log, 'spans'));
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(traces),
    spanProcessors: [spans],
    spanLimits: { attributeValueLengthLimit: MAX_VALUE },
  });
  return {
    tracing: new SdkTracing(provider.getTracer('cartograph')),
    counts: () => spans.counts,
    stop: async () => {
      await inTime(provider.shutdown(), time);
      const { unsent } = spans;
      if (unsent > 0)
        log.warn({ spans: unsent }, 'the service stops before all spans are exported');
    },
  };
}

async function startMetrics(
  options: TelemetryOptions,
  everyMs: number,
  { resource, registry }: { readonly resource: Resource; readonly registry: Registry },
  { log, time }: TelemetryPorts,
): Promise<() => Promise<void>> {
  const exporter = watched(await openMetricExporter(options), new Outage(log, 'metrics'));
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(options.timeoutMs, everyMs),
    metricProducers: [new RegistryMetrics(registry, time.now(), time.now)],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return () => inTime(provider.shutdown(), time);
}

function watched(exporter: PushMetricExporter, outage: Outage): PushMetricExporter {
  return {
    export: (metrics, done) =>
      exporter.export(metrics, (result: ExportResult) => {
        if (result.code === ExportResultCode.SUCCESS) outage.over();
        else outage.note(result.error?.message ?? 'no reason was given');
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Never rejects: the outage was told and counted when it was noticed. */
async function inTime(ending: Promise<void>, time: Time): Promise<void> {
  const late = () => new Error('The collector has not taken everything');
  await withTimeout(ending, FLUSH_MS, late, time).catch(() => undefined);
}
