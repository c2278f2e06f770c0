// Tracing over the real SDK whose spans stay in memory.
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TraceOptions } from '../../src/telemetry/options.js';
import { samplerOf } from '../../src/telemetry/sampler.js';
import { SdkTracing } from '../../src/telemetry/sdk-tracing.js';

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const CALLER = 'b7ad6b7169203331';
/** The place of a sampled span in that trace. */
export const sampled = `00-${TRACE}-${CALLER}-01`;
export const unsampled = `00-${TRACE}-${CALLER}-00`;

export const request = { name: 'request', kind: 'server' } as const;

export function recordedTracing(
  sampler: TraceOptions['sampler'] = 'parentbased_always_on',
  ratio = 1,
) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: samplerOf({ sampler, ratio }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracing = new SdkTracing(provider.getTracer('test'));
  const ended = () => exporter.getFinishedSpans();
  const named = (name: string) => ended().find((span) => span.name === name)!;
  return { tracing, ended, named };
}

export const nameOf = ({ name }: ReadableSpan) => name;

/** The place of a span, as an event's metadata has it. */
export function placeOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}
