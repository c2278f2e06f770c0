// The HTTP server: GraphQL, websockets, pages, health and metrics on one port. Errors outside
// GraphQL are JSON in GraphQL's format too.
import fastifyCors from '@fastify/cors';
import fastifyCompress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { IncomingMessage } from 'node:http';
import { constants } from 'node:zlib';
import { badRequest } from '../graphql/api-error.js';
import { HistoryAllowance, type RequestLimits, requestLimits } from '../graphql/budget.js';
import { DocumentGate } from '../graphql/document-gate.js';
import { FailureLog } from '../graphql/failure-log.js';
import { createErrorPresenter, type ErrorPresenter } from '../graphql/public-errors.js';
import type { ApiServices } from '../graphql/services.js';
import type { Tracing } from '../tracing/tracing.js';
import { answerExpectations, clientErrorHandler } from './bare-answer.js';
import { Admission, type AdmissionLimits, admissionLimits } from './admission.js';
import { bodyEncodings, nameBodyEncoding } from './body-encoding.js';
import { type CallerAddress, callerAddressBehind } from './caller-address.js';
import { Connections } from './connections.js';
import type { TokenVerifier } from './credentials.js';
import { deadlines, type Deadlines } from './deadlines.js';
import type { GraphQLExecutor } from './execution.js';
import { answerFailures, bodyLimitBytes, failure } from './failures.js';
import { graphqlRoute } from './graphql-route.js';
import { healthRoutes, type ReadinessCheck, type ShownReaction } from './health.js';
import type { Logger } from './log.js';
import type { Metrics } from './metrics.js';
import { corsOptions, isKnownHost } from './origins.js';
import { pageRoutes, playgroundPath } from './pages.js';
import { RateLimit } from './rate-limit.js';
import { RequestSpans } from './request-spans.js';
import { securityHeaders } from './security-headers.js';
import { type SignInMinter, signInRoute } from './sign-in-route.js';
import { type TraceTrust, trustedTraces } from './trace-trust.js';
import { WebsocketDoor } from './websocket.js';
import type { LinkLimits } from './websocket-link.js';

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly production: boolean;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly rateLimitPerSecond: number;
  readonly socketLimit: number;
  readonly graphqlExecutor: GraphQLExecutor;
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly verify: TokenVerifier;
  /** Signs people in for development; undefined: that page and its route do not exist. */
  readonly mintSignIn?: SignInMinter | undefined;
  readonly readiness: readonly ReadinessCheck[];
  /** Parts that health shows, and that make nothing unready. */
  readonly shown?: readonly ShownReaction[] | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Whose `traceparent` is trusted; default: nobody's. */
  readonly traceTrust?: TraceTrust;
  /** Overrides of the default limits. */
  readonly deadlines?: Partial<Deadlines>;
  readonly linkLimits?: Partial<LinkLimits>;
  readonly requestLimits?: Partial<RequestLimits>;
  readonly admissionLimits?: Partial<AdmissionLimits>;
}

export interface HttpServer {
  readonly url: string;
  /**
   * Closes the port and the websockets, and lets running requests end, for a few seconds at most.
   */
  stop(): Promise<void>;
}

const upkeep = new Set(['/health/live', '/health/ready', '/metrics']);
const unknownHost =
  'This host name is unknown: use an address, or add its origin to ALLOWED_ORIGINS.';

/** Of answers made at run time; scripts and styles are compressed by the build. */
const compression = {
  encodings: ['br' as const, 'gzip' as const],
  // A smaller answer costs more time to compress than to send.
  threshold: 4_096,
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
};

/** Rejects when the port is not available (EADDRINUSE, EACCES). */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const { schema, log, production, mintSignIn } = options;
  const present = createErrorPresenter(new FailureLog(log), production);
  const gate = new DocumentGate(schema, { introspection: !production });
  const rateLimit = new RateLimit(options.rateLimitPerSecond);
  const addressOf = callerAddressBehind(options.trustedProxies);
  const trusted = trustedTraces(options.traceTrust ?? 'none', options.trustedProxies);
  const requestSpans = options.tracing && new RequestSpans(options.tracing, upkeep, trusted);
  const fastify = createFastify(options, present, addressOf, requestSpans);
  const connections = new Connections(fastify, { ...deadlines, ...options.deadlines });
  const shown = [...options.services.reactions, ...(options.shown ?? [])];
  healthRoutes(fastify, options.readiness, shown, () => connections.isLeaving);
  const allowance = new HistoryAllowance({ ...requestLimits, ...options.requestLimits });
  const limits = { ...admissionLimits, ...options.admissionLimits };
  const admission = new Admission(() => options.metrics.refusedOperations.inc(), limits);
  const graphql = {
    ...options,
    present,
    gate,
    rateLimit,
    admission,
    addressOf,
    allowance,
    requestSpans,
    trustedTraces: trusted,
    introspection: !production,
    playgroundPath: production ? undefined : playgroundPath,
  };
  await fastify.register(fastifyCompress, { ...compression, ...bodyEncodings });
  if (options.allowedOrigins.length > 0) {
    await fastify.register(fastifyCors, corsOptions(options.allowedOrigins));
  }
  admitRequests(fastify, options, present, rateLimit, addressOf);
  const apollo = await graphqlRoute(fastify, graphql);
  if (mintSignIn !== undefined) signInRoute(fastify, mintSignIn);
  await pageRoutes(fastify, { playground: !production, signIn: mintSignIn !== undefined });
  const door = new WebsocketDoor(graphql);
  door.listen(fastify);
  const address = await fastify.listen({ host: options.host, port: options.port });
  return {
    url: address,
    stop: async () => {
      await connections.leave();
      await Promise.all([door.stop(), connections.close()]);
      await apollo.stop();
    },
  };
}

function createFastify(
  options: ServerOptions,
  present: ErrorPresenter,
  addressOf: CallerAddress,
  requestSpans: RequestSpans | undefined,
): FastifyInstance {
  const limits = { ...deadlines, ...options.deadlines };
  const fastify: FastifyInstance = Fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    forceCloseConnections: 'idle',
    // What arrives over an open connection while the server stops is answered as any request.
    return503OnClosing: false,
    exposeHeadRoutes: true,
    // The document gate refuses these names in inputs, with its own message.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    // A client that offers another upgrade, such as HTTP/2, gets a normal response. A request
    // without a host is refused below, with a JSON message.
    http: {
      shouldUpgradeCallback: asksForWebsocket,
      requireHostHeader: false,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    clientErrorHandler: clientErrorHandler(options.log),
    frameworkErrors: (error, request, reply) => {
      fastify.errorHandler(error, request, reply);
    },
  });
  // Browsers send text/plain across origins without a preflight; nothing here reads it.
  fastify.removeContentTypeParser('text/plain');
  answerExpectations(fastify);
  answerFailures(fastify, options.log, present);
  requestSpans?.watch(fastify);
  watchAnswers(fastify, options, addressOf);
  options.metrics.watchParts(options.readiness);
  fastify.get('/metrics', async (_request, reply) => {
    const { registry } = options.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return fastify;
}

function asksForWebsocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

function watchAnswers(
  fastify: FastifyInstance,
  { metrics, log }: ServerOptions,
  addressOf: CallerAddress,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    nameBodyEncoding(request.raw);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requestSeconds.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    if (isRefusal(reply.statusCode)) {
      const { method } = request;
      const address = addressOf(request.raw);
      log.info({ method, route, status: reply.statusCode, address }, 'a request was refused');
    }
    done();
  });
}

/**
 * Comes after the headers for other origins: without these, a page of one could not read that it
 * should wait. A preflight is answered by then.
 */
function admitRequests(
  fastify: FastifyInstance,
  { host, allowedOrigins }: ServerOptions,
  present: ErrorPresenter,
  rateLimit: RateLimit,
  addressOf: CallerAddress,
): void {
  fastify.addHook('onRequest', async (request, reply) => {
    // Health and metrics stay reachable during a flood, and under any host name.
    const isForUpkeep = upkeep.has(request.routeOptions.url ?? '');
    const waitSeconds = isForUpkeep
      ? undefined
      : await rateLimit.secondsToWait(addressOf(request.raw));
    if (waitSeconds !== undefined) {
      const refusal = badRequest('RATE_LIMITED', 'Too many requests.');
      return reply.code(429).header('retry-after', waitSeconds).send(failure(refusal, present));
    }
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw badRequest('BAD_REQUEST', 'An HTTP/1.1 request must have a Host header.');
    }
    if (!isForUpkeep && !isKnownHost(request.headers.host, { host, allowedOrigins })) {
      throw badRequest('FORBIDDEN', unknownHost);
    }
    // Where no other page may ask, a preflight allows nothing.
    const isRefusedPreflight = request.method === 'OPTIONS' && allowedOrigins.length === 0;
    return isRefusedPreflight ? reply.code(204).send() : undefined;
  });
}

/** Refusals by the rate limit are not logged, so that they cannot fill the log. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
