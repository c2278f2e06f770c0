// What the export of traces and metrics is told; the settings have it. It loads nothing.

export const otlpProtocols = ['http/protobuf', 'http/json'] as const;
export type OtlpProtocol = (typeof otlpProtocols)[number];

export const samplerNames = [
  'parentbased_always_on',
  'parentbased_traceidratio',
  'parentbased_always_off',
  'always_on',
  'traceidratio',
  'always_off',
] as const;
export type SamplerName = (typeof samplerNames)[number];

export interface TelemetryOptions {
  /** Of the collector; the path of each signal follows it. */
  readonly endpoint: string;
  readonly protocol: OtlpProtocol;
  /** May have secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressed: boolean;
  /** Of an export with its retries, in milliseconds. */
  readonly timeoutMs: number;
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, string>>;
  /** Undefined: no traces. */
  readonly traces?: TraceOptions | undefined;
  /** Undefined: no metrics. */
  readonly metrics?: { readonly everyMs: number } | undefined;
}

export interface TraceOptions {
  readonly sampler: SamplerName;
  /** Of the traces that begin here, from 0 to 1; for the samplers with a ratio. */
  readonly ratio: number;
  /** The longest that a span waits until it is sent, in milliseconds. */
  readonly delayMs: number;
  /** Spans that may wait; more are dropped. */
  readonly queueSize: number;
}
