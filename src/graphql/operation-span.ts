// The span of a GraphQL operation, over HTTP or websocket. Of the document it tells the type and
// name of the operation: the rest, and the variables, may have anything.
import { type DocumentNode, getOperationAST } from 'graphql';
import { inSpan, type TraceSpan, type SpanAttributes, type SpanStart } from '../tracing/tracing.js';

/** Longer names are cut: a caller may send any. */
const MAX_NAME = 100;

export interface AskedOperation {
  readonly document: DocumentNode;
  /** As the caller sent it. */
  readonly name: unknown;
}

export type CodedErrors = readonly {
  readonly extensions?: Readonly<Record<string, unknown>>;
}[];

/** Undefined when the document has no such operation. */
export function operationSpan({ document, name }: AskedOperation): SpanStart | undefined {
  const operation = getOperationAST(document, typeof name === 'string' ? name : undefined);
  if (operation == null) return undefined;
  const { operation: type, name: node } = operation;
  const attributes = {
    'graphql.operation.type': type,
    ...(node !== undefined && { 'graphql.operation.name': node.value.slice(0, MAX_NAME) }),
  };
  return { name: `graphql ${type}`, kind: 'internal', attributes };
}

/** Runs the operation in a child of the request's span. */
export function inOperationSpan<Answer>(
  request: TraceSpan,
  asked: AskedOperation,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const start = operationSpan(asked);
  return start === undefined ? request.within(run) : inSpan(request.child(start), run);
}

/** The codes of the errors that the caller gets. */
export function errorCodes(errors: CodedErrors): SpanAttributes {
  const codes = errors.map(({ extensions }) => {
    const code = extensions?.['code'];
    return typeof code === 'string' ? code : 'UNKNOWN';
  });
  return { 'cartograph.graphql.errors': [...new Set(codes)] };
}
