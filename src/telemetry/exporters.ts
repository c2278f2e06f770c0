// The official exporters for the configured form of OTLP. Only those in use are loaded.
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TelemetryOptions } from './options.js';

export async function openSpanExporter(options: TelemetryOptions): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    options.protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter(await connectionOf(options, 'v1/traces'));
}

export async function openMetricExporter(options: TelemetryOptions): Promise<PushMetricExporter> {
  const { OTLPMetricExporter } =
    options.protocol === 'http/json'
      ? await import('@opentelemetry/exporter-metrics-otlp-http')
      : await import('@opentelemetry/exporter-metrics-otlp-proto');
  return new OTLPMetricExporter(await connectionOf(options, 'v1/metrics'));
}

/** The endpoint is a base: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
async function connectionOf(
  { endpoint, headers, timeoutMs, isCompressed }: TelemetryOptions,
  path: string,
) {
  const { CompressionAlgorithm } = await import('@opentelemetry/otlp-exporter-base');
  return {
    url: new URL(path, endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
    compression: isCompressed ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
  };
}
