// Errors whose message callers may see. public-errors.ts masks all other exceptions as faults.
// Rejections are not errors but data (see rejections.ts).
import { GraphQLError } from 'graphql';
import { type ApiErrorCode, statusOfField, statusOfRequest } from '../errors/api-codes.js';

type Details = Readonly<Record<string, string | number>>;

/** An error whose message was written for the caller. */
export class ApiError extends GraphQLError {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** Machine-readable details besides the code, shown in `extensions`. */
    readonly details: Details = {},
    readonly httpStatus = statusOfField(code),
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

function httpOf(status: number, { retryAfterSeconds }: Details) {
  if (retryAfterSeconds === undefined) return { status };
  return { status, headers: new Map([['retry-after', String(retryAfterSeconds)]]) };
}

/** The request fails as a whole, before any field runs. */
export const badRequest = (code: ApiErrorCode, message: string) =>
  new ApiError(code, message, {}, statusOfRequest(code));

/** With Retry-After over HTTP, and the same value in `extensions` otherwise. */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new ApiError('RATE_LIMITED', message, { retryAfterSeconds });

export const badInput = (message: string) => new ApiError('BAD_USER_INPUT', message);

/** The same error for what is absent and for what the caller must not know about. */
export const notFound = (what: 'cart' | 'delivery' | 'order' | 'reaction') =>
  new ApiError('NOT_FOUND', `There is no such ${what}.`);

/** For a sum that does not fit into the field's type. */
export const amountTooLarge = (field: string, instead: string) =>
  new ApiError('AMOUNT_TOO_LARGE', `${field} is too large for its type. Ask for ${instead}.`);

export const forbidden = (message = 'Your role does not allow this.') =>
  new ApiError('FORBIDDEN', message);

export const unauthenticated = () =>
  new ApiError('UNAUTHENTICATED', 'The token is not valid or has expired.');
