// What the server answers outside GraphQL when it refuses or fails: JSON in GraphQL's format, or
// the page for an unknown path.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiErrorCode } from '../errors/api-codes.js';
import { ApiError, badRequest } from '../graphql/api-error.js';
import type { ErrorPresenter } from '../graphql/public-errors.js';
import { acceptsPage } from './accepted.js';
import type { Logger } from './log.js';
import { html, notFoundPage } from './pages.js';

/** Of a request. */
export const bodyLimitBytes = 100 * 1024;

/** Answers what no route takes, and what fails, in GraphQL's format; browsers get a page. */
export function answerFailures(
  fastify: FastifyInstance,
  log: Logger,
  present: ErrorPresenter,
): void {
  fastify.setNotFoundHandler((request, reply) => {
    const url = request.url.split('?')[0] ?? '';
    const allowed = ['GET', 'HEAD', 'POST'].filter((method) => fastify.hasRoute({ method, url }));
    const known = allowed.length > 0;
    const refusal = known
      ? badRequest('METHOD_NOT_ALLOWED', 'This path does not support this method.')
      : badRequest('NOT_FOUND', 'There is no such path.');
    if (known) void reply.header('allow', allowed.join(', '));
    if (!known && sendsPage(request, reply)) return reply;
    return reply.code(refusal.httpStatus ?? 400).send(failure(refusal, present));
  });
  fastify.setErrorHandler((error: FastifyError, request, reply) => {
    if (hasLeft(error, reply)) return reply.send();
    if (noPath.has(error.code) && sendsPage(request, reply)) return reply;
    const refusal = publicError(error);
    if (refusal === undefined) log.error({ err: error }, 'a request failed because of a fault');
    const { retryAfterSeconds } = refusal?.details ?? {};
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
    return reply
      .code(refusal === undefined ? 500 : (refusal.httpStatus ?? 400))
      .send(failure(refusal ?? error, present));
  });
}

/**
 * A browser that goes on to another page leaves while its answer is read or compressed. Nobody is
 * there to be answered, and nothing is wrong. A stream that ends too early by itself is a fault.
 */
function hasLeft({ code }: FastifyError, { raw }: FastifyReply): boolean {
  return code === 'ERR_STREAM_PREMATURE_CLOSE' && raw.destroyed;
}

/** Sends the page to a browser; false where JSON is wanted, or no page was built. */
function sendsPage({ headers }: FastifyRequest, reply: FastifyReply): boolean {
  if (notFoundPage === undefined || !acceptsPage(headers.accept)) return false;
  void reply.code(404).type(html).send(notFoundPage);
  return true;
}

/** An address that cannot be one of ours: with a broken escape, or longer than any id. */
const noPath: ReadonlySet<string> = new Set(['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH']);

const codes: Readonly<Record<number, readonly [ApiErrorCode, string]>> = {
  404: ['NOT_FOUND', 'There is no such path.'],
  413: ['PAYLOAD_TOO_LARGE', `The body may have at most ${bodyLimitBytes} bytes.`],
  // A body of another type is a bad request, like any body that is not JSON.
  415: ['BAD_REQUEST', 'The body must be JSON, with content-type: application/json.'],
};

/**
 * The public message for an error that the request caused; undefined for a fault of the service.
 */
function publicError(error: FastifyError | Error): ApiError | undefined {
  if (error instanceof ApiError) return error;
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === undefined || status >= 500) return undefined;
  const [code, message] = codes[status] ?? ['BAD_REQUEST', 'The request cannot be read.'];
  return new ApiError(code, message, {}, status === 415 ? 400 : status);
}

/** The body of an answer that refuses, or tells of a fault. */
export function failure(error: unknown, present: ErrorPresenter) {
  return { errors: [present(error)] };
}
