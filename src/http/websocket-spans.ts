// The spans of queries and mutations over a websocket. A socket has no headers for each operation,
// so the caller's trace is in the operation's extensions. A subscription has no span: it may last
// for days, and each of its frames has one.
import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { errorCodes, operationSpan } from '../graphql/operation-span.js';
import { type CallersTrace, inSpan, type Tracing } from '../tracing/tracing.js';

/** graphql-js's `execute`, in a span. */
export function executeIn(
  tracing: Tracing,
): (args: ExecutionArgs) => Promise<ExecutionResult> | ExecutionResult {
  return (args) => {
    const { document, operationName: name, contextValue } = args;
    const start = operationSpan({ document, name });
    const { trace = {} } = contextValue as { readonly trace?: CallersTrace };
    const span = start && tracing.serve({ ...start, kind: 'server' }, trace);
    if (span === undefined) return execute(args);
    return inSpan(
      span,
      async () => execute(args),
      ({ errors }) => (errors === undefined ? {} : errorCodes(errors)),
    );
  };
}

/**
 * @param extensions of the operation
 * @param isTrusted whether they may decide what is sampled
 */
export function traceIn(extensions: unknown, isTrusted: boolean): CallersTrace {
  if (typeof extensions !== 'object' || extensions === null) return {};
  const { traceparent, tracestate } = extensions as Readonly<Record<string, unknown>>;
  if (typeof traceparent !== 'string') return {};
  return { isTrusted, traceparent, ...(typeof tracestate === 'string' && { tracestate }) };
}
