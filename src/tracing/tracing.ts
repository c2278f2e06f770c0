// The port of tracing. A part is handed a `Tracing`, or none: without a collector there is none
// anywhere, and each place that could begin a span costs a branch and allocates nothing. Attributes
// hold names, counts and codes, never what a person has written, sent or bought.

export type SpanKind = 'server' | 'internal' | 'producer' | 'consumer' | 'client';

export type SpanAttributes = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

export interface SpanStart {
  /** One of few: what varies is an attribute. */
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
}

/** A sampled span, until it ends. */
export interface TraceSpan {
  /** Its place in its trace, as W3C Trace Context writes it. */
  readonly traceparent: string;
  note(attributes: SpanAttributes): void;
  rename(name: string): void;
  child(start: SpanStart): TraceSpan;
  /** Runs the work so that `Tracing.current` finds this span in it. */
  within<Result>(work: () => Result): Result;
  /** @param type what went wrong, as one of few names: never a message */
  fail(type: string): void;
  end(): void;
}

/** The trace that a caller takes part in, from the headers of W3C Trace Context. */
export interface CallersTrace {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Whether it decides what is sampled. The trace of anyone else is linked to, and no more. */
  readonly isTrusted?: boolean | undefined;
}

/** A span that a thread has measured. The main thread exports it. */
export interface MeasuredSpan extends SpanStart {
  /** The `traceparent` of the span that it is a child of. */
  readonly parent: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** What went wrong, as `TraceSpan.fail` is told. */
  readonly fault?: string | undefined;
}

export interface Tracing {
  /** The span that this runs in; undefined where none is, or it has ended. */
  current(): TraceSpan | undefined;
  /** Begins a trace, or goes on with a trusted caller's; undefined when it is not sampled. */
  serve(start: SpanStart, caller: CallersTrace): TraceSpan | undefined;
  /**
   * Goes on with the trace in which an event was appended.
   *
   * @param traceparent of a sampled span
   */
  goOn(start: SpanStart, traceparent: string): TraceSpan | undefined;
  /**
   * Begins a trace of its own, linked to the one in which an event was appended: a reaction may
   * come much later, again and again.
   *
   * @param traceparent of a sampled span
   */
  react(start: SpanStart, traceparent: string): TraceSpan | undefined;
  /** Takes what a thread has measured. */
  take(measured: readonly MeasuredSpan[]): void;
}

/** Runs the work within the span, and ends the span with it. */
export async function inSpan<Result>(
  span: TraceSpan,
  work: () => Promise<Result>,
  outcomeOf?: (result: Result) => SpanAttributes,
): Promise<Result> {
  try {
    const result = await span.within(work);
    if (outcomeOf !== undefined) span.note(outcomeOf(result));
    return result;
  } catch (fault) {
    span.fail(faultClassOf(fault));
    throw fault;
  } finally {
    span.end();
  }
}

/** The name of a fault's class, which is all that a trace is told of it. */
export function faultClassOf(fault: unknown): string {
  return fault instanceof Error ? fault.name : typeof fault;
}
