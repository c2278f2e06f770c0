// The span of each HTTP request, but those of health and metrics. It goes on with the trace of a
// caller who is trusted. Of the URL it tells the route alone: the rest may have a cart's id, or the
// variables of a query.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AskedOperation,
  type CodedErrors,
  errorCodes,
  inOperationSpan,
} from '../graphql/operation-span.js';
import type { TraceSpan, Tracing } from '../tracing/tracing.js';
import type { TrustedTraces } from './trace-trust.js';

/** Others are told as `_OTHER`, because a caller may invent any. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export class RequestSpans {
  private readonly spans = new WeakMap<FastifyRequest, TraceSpan>();

  /** @param unwatched routes without spans */
  constructor(
    private readonly tracing: Tracing,
    private readonly unwatched: ReadonlySet<string>,
    private readonly trusted: TrustedTraces,
  ) {}

  /** Before all other hooks, so that refusals have spans too. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      this.begin(request, reply);
      done();
    });
  }

  /** Runs the operation of a request in a span of its own, a child of the request's. */
  operation<Answer>(
    request: FastifyRequest,
    asked: AskedOperation,
    run: () => Promise<Answer>,
  ): Promise<Answer> {
    const span = this.spans.get(request);
    return span === undefined ? run() : inOperationSpan(span, asked, run);
  }

  /** Tells the operation's span the codes of the errors that the caller gets. */
  noteErrors(errors: CodedErrors | undefined): void {
    if (errors !== undefined) this.tracing.current()?.note(errorCodes(errors));
  }

  private begin(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url;
    if (route !== undefined && this.unwatched.has(route)) return;
    const method = METHODS.has(request.method) ? request.method : '_OTHER';
    const { traceparent, tracestate } = request.headers;
    const span = this.tracing.serve(
      {
        name: route === undefined ? method : `${method} ${route}`,
        kind: 'server',
        attributes: {
          'http.request.method': method,
          'url.scheme': 'http',
          ...(route !== undefined && { 'http.route': route }),
        },
      },
      {
        traceparent: textOf(traceparent),
        tracestate: textOf(tracestate),
        isTrusted: this.trusted.isOfTrusted(request.raw),
      },
    );
    if (span === undefined) return;
    this.spans.set(request, span);
    // Also when the caller goes away before the answer.
    reply.raw.once('close', () => end(span, reply));
  }
}

function end(span: TraceSpan, { raw }: FastifyReply): void {
  if (raw.writableFinished) {
    span.note({ 'http.response.status_code': raw.statusCode });
    // Of the server's own faults; a refusal is none.
    if (raw.statusCode >= 500) span.fail(String(raw.statusCode));
  } else span.fail('aborted');
  span.end();
}

/** Several `tracestate` headers are one list. */
function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
