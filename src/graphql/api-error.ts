// The failures that a caller may see as they are. Every other exception is a fault and is masked by
// public-errors.ts; a refusal by the business is no error at all but data (see rejections.ts).
import { GraphQLError } from 'graphql';

export type ApiErrorCode =
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'EVENT_NOT_UNDERSTOOD'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'HISTORY_INCOMPLETE'
  | 'INTERNAL_SERVER_ERROR'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_CAUGHT_UP'
  | 'NOT_FOUND'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'PAYLOAD_TOO_LARGE'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'REQUEST_TIMEOUT'
  | 'SERVICE_UNAVAILABLE'
  | 'STREAM_DELETED'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'UNAUTHENTICATED';

/** A failure whose message was written for the caller. */
export class ApiError extends GraphQLError {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    httpStatus?: number,
    /** What a program may want to know besides the code; shown beside it in `extensions`. */
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message, {
      extensions: {
        ...details,
        code,
        ...(httpStatus === undefined ? {} : { http: httpOf(httpStatus, details) }),
      },
    });
  }
}

function httpOf(status: number, { retryAfterSeconds }: ApiError['details']) {
  if (retryAfterSeconds === undefined) return { status };
  return { status, headers: new Map([['retry-after', String(retryAfterSeconds)]]) };
}

/** With Retry-After over HTTP, and the same in `extensions` elsewhere. */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new ApiError('RATE_LIMITED', message, 429, { retryAfterSeconds });

export const badInput = (message: string) => new ApiError('BAD_USER_INPUT', message);

/** The one answer for what is absent and for what the caller may not know to be there. */
export const notFound = (what: 'cart' | 'order') =>
  new ApiError('NOT_FOUND', `There is no such ${what}.`);

export const forbidden = (message = 'You may not do this.') => new ApiError('FORBIDDEN', message);

export const unauthenticated = () =>
  new ApiError('UNAUTHENTICATED', 'The token is not valid or has expired.', 401);
