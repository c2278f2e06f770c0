// The errors that a caller may see as they are. Every other exception is a fault and is masked by
// public-errors.ts; a rejection by the business is no error at all but data (see rejections.ts).
import { GraphQLError } from 'graphql';
import { type ApiErrorCode, statusOfField, statusOfRequest } from '../errors/api-codes.js';

type Details = Readonly<Record<string, string | number>>;

/** An error whose message was written for the caller. */
export class ApiError extends GraphQLError {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** What a program may want to know besides the code; shown beside it in `extensions`. */
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

/** The request fails as a whole, before any field is asked. */
export const badRequest = (code: ApiErrorCode, message: string) =>
  new ApiError(code, message, {}, statusOfRequest(code));

/** With Retry-After over HTTP, and the same in `extensions` elsewhere. */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new ApiError('RATE_LIMITED', message, { retryAfterSeconds });

export const badInput = (message: string) => new ApiError('BAD_USER_INPUT', message);

/** The one answer for what is absent and for what the caller may not know to be there. */
export const notFound = (what: 'cart' | 'order') =>
  new ApiError('NOT_FOUND', `There is no such ${what}.`);

/** For a sum that the field's type cannot hold. */
export const amountTooLarge = (field: string, instead: string) =>
  new ApiError('AMOUNT_TOO_LARGE', `${field} is too large for its type. Ask for ${instead}.`);

export const forbidden = (message = 'You may not do this.') => new ApiError('FORBIDDEN', message);

export const unauthenticated = () =>
  new ApiError('UNAUTHENTICATED', 'The token is not valid or has expired.');
