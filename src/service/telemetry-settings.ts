// The settings of traces and metrics, by the names and defaults of OpenTelemetry's specification
// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
import { z } from 'zod';
import {
  otlpProtocols,
  samplerNames,
  type TelemetryOptions,
  type TraceOptions,
} from '../telemetry/options.js';
import { oneOf, setting, urlOf, wholeNumber } from './setting.js';

/** `name=value` pairs; values are percent-encoded, as in W3C Baggage. */
const pairsWhere = (isUsable: (name: string, value: string) => boolean) =>
  z.string().transform((text, context) => {
    const pairs = text.split(',').map(pairIn);
    const usable = pairs.filter((pair) => pair !== undefined && isUsable(...pair));
    if (usable.length === pairs.length) return Object.fromEntries(usable as NameAndValue[]);
    const message = 'must be pairs such as name=value,other=value, with values percent-encoded';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

type NameAndValue = [name: string, value: string];

function pairIn(text: string): NameAndValue | undefined {
  const [, name = '', value = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
  try {
    return name === '' ? undefined : [name, decodeURIComponent(value.trim())];
  } catch {
    // It is not percent-encoded.
    return undefined;
  }
}

/** Of RFC 9110; another would end the export. */
const isHeader = (name: string, value: string) =>
  /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

const ratio = z
  .string()
  .refine((text) => /^(0|1|0?\.\d+|[01]\.\d+)$/.test(text) && +text <= 1, {
    error: 'must be a number from 0 to 1',
  })
  .transform(Number);

const milliseconds = wholeNumber(1, 3_600_000);

const defaults = {
  serviceName: 'cartograph',
  sampler: 'parentbased_always_on',
  timeoutMs: 10_000,
  delayMs: 5_000,
  queueSize: 2_048,
  metricsEveryMs: 60_000,
} as const;

export const telemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    urlOf('http:', 'https:'),
    'the collector that traces and metrics go to by OTLP, such as http://localhost:4318',
    'no traces, and metrics at /metrics alone',
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting(
    oneOf(otlpProtocols),
    'the form of OTLP: http/protobuf or http/json',
    'http/protobuf',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: setting(
    pairsWhere(isHeader),
    'headers for the collector, such as authorization=Bearer%20KEY',
    'none',
  ),
  OTEL_EXPORTER_OTLP_COMPRESSION: setting(
    oneOf(['none', 'gzip']),
    'whether what is exported is compressed: none or gzip',
    'none',
  ),
  OTEL_EXPORTER_OTLP_TIMEOUT: setting(
    milliseconds,
    'how long an export may take with its retries, in milliseconds',
    defaults.timeoutMs,
  ),
  OTEL_SERVICE_NAME: setting(
    z.string(),
    'the name of the service in traces and metrics',
    defaults.serviceName,
  ),
  OTEL_RESOURCE_ATTRIBUTES: setting(
    pairsWhere(() => true),
    'what traces and metrics tell of the instance, such as deployment.environment.name=test',
    'service.version and service.instance.id',
  ),
  OTEL_TRACES_EXPORTER: setting(
    oneOf(['otlp', 'none']),
    'where traces go: otlp, which is the collector, or none',
    'otlp',
  ),
  OTEL_TRACES_SAMPLER: setting(
    oneOf(samplerNames),
    'which traces are sampled: those of callers who sample, all, none, or a share',
    defaults.sampler,
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(
    ratio,
    'the share that the samplers with a ratio take, from 0 to 1',
    1,
  ),
  OTEL_BSP_SCHEDULE_DELAY: setting(
    milliseconds,
    'the longest that a span waits until it is exported, in milliseconds',
    defaults.delayMs,
  ),
  OTEL_BSP_MAX_QUEUE_SIZE: setting(
    wholeNumber(1, 1_000_000),
    'how many spans may wait; more are dropped',
    defaults.queueSize,
  ),
  OTEL_METRICS_EXPORTER: setting(
    oneOf(['otlp', 'none']),
    'where metrics go besides /metrics: otlp, which is the collector, or none',
    'otlp',
  ),
  OTEL_METRIC_EXPORT_INTERVAL: setting(
    milliseconds,
    'the time between two exports of metrics, in milliseconds',
    defaults.metricsEveryMs,
  ),
} as const;

type TelemetrySettings = {
  [Name in keyof typeof telemetrySettings]?: z.output<(typeof telemetrySettings)[Name]['parser']>;
};

/** Undefined when nothing is exported. */
export function telemetryOf(parsed: TelemetrySettings): TelemetryOptions | undefined {
  const endpoint = parsed.OTEL_EXPORTER_OTLP_ENDPOINT;
  const traces = tracesOf(parsed);
  const everyMs = parsed.OTEL_METRIC_EXPORT_INTERVAL ?? defaults.metricsEveryMs;
  const metrics = parsed.OTEL_METRICS_EXPORTER === 'none' ? undefined : { everyMs };
  if (endpoint === undefined || (traces === undefined && metrics === undefined)) return undefined;
  return {
    endpoint,
    protocol: parsed.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf',
    headers: parsed.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    isCompressed: parsed.OTEL_EXPORTER_OTLP_COMPRESSION === 'gzip',
    timeoutMs: parsed.OTEL_EXPORTER_OTLP_TIMEOUT ?? defaults.timeoutMs,
    serviceName: parsed.OTEL_SERVICE_NAME ?? defaults.serviceName,
    resource: parsed.OTEL_RESOURCE_ATTRIBUTES ?? {},
    traces,
    metrics,
  };
}

function tracesOf(parsed: TelemetrySettings): TraceOptions | undefined {
  const sampler = parsed.OTEL_TRACES_SAMPLER ?? defaults.sampler;
  // With this sampler there would be nothing to export.
  if (parsed.OTEL_TRACES_EXPORTER === 'none' || sampler === 'always_off') return undefined;
  return {
    sampler,
    ratio: parsed.OTEL_TRACES_SAMPLER_ARG ?? 1,
    delayMs: parsed.OTEL_BSP_SCHEDULE_DELAY ?? defaults.delayMs,
    queueSize: parsed.OTEL_BSP_MAX_QUEUE_SIZE ?? defaults.queueSize,
  };
}
