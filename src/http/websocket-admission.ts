// Operations over websockets wait for the same turns as those over HTTP. A refusal is an error of
// the one operation: its socket stays open.
import {
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { ApiError } from '../graphql/api-error.js';
import type { RequestContext } from '../graphql/context.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Admission } from './admission.js';
import type { Caller } from './waiting-room.js';
import { executeIn } from './websocket-spans.js';

/** An operation goes on when its socket has closed. */
const isWaiting = () => true;

/** graphql-js's `execute`, for which commands wait until others have ended. */
export function admitted(
  admission: Admission,
  tracing: Tracing | undefined,
): (args: ExecutionArgs) => Promise<ExecutionResult> | ExecutionResult {
  const executed = tracing === undefined ? execute : executeIn(tracing);
  return async (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (operation?.operation !== OperationTypeNode.MUTATION) return executed(args);
    const { address } = args.contextValue as Pick<RequestContext, 'address'>;
    const outcome = admission.command({ address, isWaiting }, () => executed(args));
    const refusal = await refusalOf(outcome);
    return refusal === undefined ? outcome : { errors: [refusal] };
  };
}

/**
 * @throws ApiError SERVICE_UNAVAILABLE; not for a subscription, because clients do not begin a
 * refused one again
 */
export function turnOf(
  { operation }: OperationDefinitionNode,
  admission: Admission,
  caller: Caller,
): Promise<void> | undefined {
  const patienceMs = operation === OperationTypeNode.SUBSCRIPTION ? Infinity : undefined;
  return admission.turn(caller, patienceMs);
}

/** The error with which a wait ended, if it was refused. */
export async function refusalOf(
  waited: Promise<unknown> | undefined,
): Promise<ApiError | undefined> {
  try {
    await waited;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
