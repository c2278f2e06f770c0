// The port of tracing over OpenTelemetry's SDK. Nothing is registered globally and no library is
// instrumented: a span begins where our code begins it, and its parent is explicit, or the one that
// runs now.
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  type SpanContext,
  SpanKind as ApiSpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent, W3CTraceContextPropagator } from '@opentelemetry/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  CallersTrace,
  MeasuredSpan,
  TraceSpan,
  SpanAttributes,
  SpanKind,
  SpanStart,
  Tracing,
} from '../tracing/tracing.js';
import { following } from './sampler.js';

const kinds: Readonly<Record<SpanKind, ApiSpanKind>> = {
  internal: ApiSpanKind.INTERNAL,
  server: ApiSpanKind.SERVER,
  client: ApiSpanKind.CLIENT,
  producer: ApiSpanKind.PRODUCER,
  consumer: ApiSpanKind.CONSUMER,
};

const headers = new W3CTraceContextPropagator();
const getter = {
  get: (caller: CallersTrace, name: string) =>
    name === 'traceparent' || name === 'tracestate' ? caller[name] : undefined,
  keys: (caller: CallersTrace) => Object.keys(caller),
};

export class SdkTracing implements Tracing {
  private readonly running = new AsyncLocalStorage<SdkSpan>();

  /** @param tracer of a provider whose sampler is a `FollowingSampler` */
  constructor(private readonly tracer: Tracer) {}

  current(): TraceSpan | undefined {
    const span = this.running.getStore();
    // What goes on in the background after its request would have a parent that is over.
    return span?.isOver === false ? span : undefined;
  }

  serve(start: SpanStart, caller: CallersTrace): TraceSpan | undefined {
    const context = headers.extract(ROOT_CONTEXT, caller, getter);
    if (caller.isTrusted === true) return this.begin(start, context);
    const theirs = trace.getSpanContext(context);
    return this.begin(start, ROOT_CONTEXT, theirs && { links: [{ context: placeAlone(theirs) }] });
  }

  goOn(start: SpanStart, traceparent: string): TraceSpan | undefined {
    const parent = placeOf(traceparent);
    return parent && this.begin(start, trace.setSpanContext(following, parent));
  }

  react(start: SpanStart, traceparent: string): TraceSpan | undefined {
    const context = placeOf(traceparent);
    return context && this.begin(start, following, { links: [{ context }] });
  }

  take(measured: readonly MeasuredSpan[]): void {
    for (const { parent, startedAt, endedAt, fault, ...start } of measured) {
      const place = placeOf(parent);
      if (place === undefined) continue;
      const context = trace.setSpanContext(following, place);
      const span = this.begin(start, context, { startTime: startedAt });
      if (fault !== undefined) span?.fail(fault);
      span?.end(endedAt);
    }
  }

  within<Result>(span: SdkSpan, work: () => Result): Result {
    return this.running.run(span, work);
  }

  child(start: SpanStart, parent: ApiSpan): TraceSpan {
    return new SdkSpan(this, this.start(start, trace.setSpan(following, parent)));
  }

  /** Undefined when it is not sampled. */
  private begin(start: SpanStart, context: Context, more: SpanOptions = {}): SdkSpan | undefined {
    const span = this.start(start, context, more);
    return span.isRecording() ? new SdkSpan(this, span) : undefined;
  }

  private start(
    { name, kind, attributes = {} }: SpanStart,
    context: Context,
    more: SpanOptions = {},
  ): ApiSpan {
    const options = { kind: kinds[kind], attributes: attributes as Attributes, ...more };
    return this.tracer.startSpan(name, options, context);
  }
}

class SdkSpan implements TraceSpan {
  isOver = false;

  constructor(
    private readonly tracing: SdkTracing,
    private readonly span: ApiSpan,
  ) {}

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  note(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  child(start: SpanStart): TraceSpan {
    return this.tracing.child(start, this.span);
  }

  within<Result>(work: () => Result): Result {
    return this.tracing.within(this, work);
  }

  fail(type: string): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** @param at in milliseconds since 1970; default: now */
  end(at?: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.span.end(at);
  }
}

/** Without the `tracestate`, which may be long. */
function placeAlone({ traceId, spanId, traceFlags }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags, isRemote: true };
}

function placeOf(traceparent: string): SpanContext | undefined {
  const place = parseTraceParent(traceparent);
  return place === null ? undefined : { ...place, isRemote: true };
}
