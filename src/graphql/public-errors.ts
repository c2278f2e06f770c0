// Decides what a caller sees of a failure. Errors for callers pass; a fault is masked with a stable
// code and logged with its cause.
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { factsOf } from '../errors/catalogue.js';
import { ApiError } from './api-error.js';
import type { FailureLog } from './failure-log.js';

export type ErrorPresenter = (error: unknown) => GraphQLFormattedError;

const maxMessageLength = 500;

/** In production, messages do not suggest names from the schema. */
export function createErrorPresenter(log: FailureLog, production: boolean): ErrorPresenter {
  return (error) => {
    const cause = causeOf(error);
    if (cause instanceof ApiError) {
      return formatted(error, cause.code, cause.message, cause.details);
    }
    const answer = factsOf(cause)?.api;
    if (answer !== undefined) {
      log.known(cause, answer);
      return formatted(error, answer.code, answer.message);
    }
    if (error instanceof GraphQLError && isAboutTheRequest(error, cause)) {
      const code = isAboutTheMethod(error) ? 'METHOD_NOT_ALLOWED' : error.extensions['code'];
      const message = production ? withoutHints(error.message) : error.message;
      return formatted(error, typeof code === 'string' ? code : 'BAD_USER_INPUT', message);
    }
    log.fault(cause);
    return formatted(error, 'INTERNAL_SERVER_ERROR', 'An internal error occurred. It was logged.');
  };
}

/** The exception that a resolver threw, without GraphQL's wrappers. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && !(cause instanceof ApiError) && cause.originalError) {
    cause = cause.originalError;
  }
  return cause;
}

/**
 * Syntax, validation and variable errors occur before any field runs, so they have no path. Only
 * GraphQL itself, or a scalar that parses a variable, throws them.
 */
function isAboutTheRequest(error: GraphQLError, cause: unknown): boolean {
  if (error.path !== undefined || error.extensions['code'] === 'INTERNAL_SERVER_ERROR')
    return false;
  return cause instanceof GraphQLError || error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/** Apollo marks a mutation by GET as a bad request, but with status 405. */
function isAboutTheMethod({ extensions: { http } }: GraphQLError): boolean {
  return typeof http === 'object' && http !== null && 'status' in http && http.status === 405;
}

function withoutHints(message: string): string {
  return message.replace(/ Did you mean [^?]*\?/g, '');
}

function formatted(
  error: unknown,
  code: string,
  message: string,
  details: ApiError['details'] = {},
): GraphQLFormattedError {
  const graphqlError = error instanceof GraphQLError ? error : undefined;
  return {
    message: message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message,
    ...(graphqlError?.locations === undefined ? {} : { locations: graphqlError.locations }),
    ...(graphqlError?.path === undefined ? {} : { path: graphqlError.path }),
    extensions: { ...details, code },
  };
}
