// GraphQL over HTTP: the document passes the gate, then Apollo executes it. Every refusal is JSON
// with a stable code.
import { ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { ApiError, badRequest } from '../graphql/api-error.js';
import type { HistoryAllowance } from '../graphql/budget.js';
import { commandsIn } from '../graphql/complexity.js';
import { callerOf } from '../graphql/context.js';
import type { DocumentGate } from '../graphql/document-gate.js';
import type { ErrorPresenter } from '../graphql/public-errors.js';
import type { ApiServices } from '../graphql/services.js';
import { acceptsAnswer, acceptsPage } from './accepted.js';
import type { Admission } from './admission.js';
import { apolloPlugins, type HttpContext } from './apollo-plugins.js';
import type { CallerAddress } from './caller-address.js';
import { executionBy, type GraphQLExecutor } from './execution.js';
import { correlationIdOf, headerText, principalOf, type TokenVerifier } from './credentials.js';
import type { Logger } from './log.js';
import { sentByPrograms } from './origins.js';
import { type HttpAnswer, PlainOperations } from './plain-operations.js';
import { PersistedQueries } from './persisted-queries.js';
import { type RateLimit, tooManyRequests } from './rate-limit.js';
import type { RequestSpans } from './request-spans.js';
import { operationOf, type SentOperation } from './sent-operation.js';
import type { Caller } from './waiting-room.js';

export interface GraphQLRouteOptions {
  readonly schema: GraphQLSchema;
  readonly gate: DocumentGate;
  readonly present: ErrorPresenter;
  readonly services: ApiServices;
  readonly verify: TokenVerifier;
  readonly allowance: HistoryAllowance;
  readonly rateLimit: RateLimit;
  readonly admission: Admission;
  readonly addressOf: CallerAddress;
  readonly introspection: boolean;
  readonly graphqlExecutor: GraphQLExecutor;
  /** Redirect for a browser that opens /graphql as a page; undefined: no redirect. */
  readonly playgroundPath: string | undefined;
  readonly log: Logger;
  /** Undefined: nothing is traced. */
  readonly requestSpans: RequestSpans | undefined;
}

export async function graphqlRoute(
  fastify: FastifyInstance,
  options: GraphQLRouteOptions,
): Promise<ApolloServer<HttpContext>> {
  const persisted = new PersistedQueries();
  const plain = new PlainOperations();
  const apollo = createApollo(options, persisted);
  await apollo.start();
  fastify.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    // Before the body is read, which waits in the socket.
    onRequest: (request, _reply, done) => {
      const turn = options.admission.turn(callerIn(options, request));
      if (turn === undefined) done();
      else turn.then(() => done(), done);
    },
    handler: async (request, reply) => {
      if (isOpenedAsPage(request)) {
        if (options.playgroundPath === undefined) throw notAPage();
        return reply.redirect(options.playgroundPath, 302);
      }
      const sent = operationOf(request, persisted);
      const { text, variables, isPersisted, name } = sent;
      if (text === undefined && !isPersisted && !isPost(request)) throw notAPage();
      const judged = text === undefined ? undefined : options.gate.judge(text, variables);
      if (judged?.errors !== undefined) {
        return reply.code(400).send({ errors: judged.errors.map(options.present) });
      }
      if (!acceptsAnswer(request.headers.accept)) throw notReadable();
      // The request itself was already counted once.
      const commands = judged === undefined ? 0 : commandsIn(judged.document);
      const more = commands - 1;
      const waitSeconds =
        more > 0
          ? await options.rateLimit.secondsToWait(options.addressOf(request.raw), more)
          : undefined;
      if (waitSeconds !== undefined) throw tooManyRequests(waitSeconds);
      const execution = { apollo, plain, options, sent, cost: judged?.cost ?? 0 };
      const { requestSpans } = options;
      const executed = () =>
        requestSpans === undefined || judged === undefined
          ? execute(execution, request)
          : requestSpans.operation(request, { document: judged.document, name }, () =>
              execute(execution, request),
            );
      const answer =
        commands === 0
          ? executed()
          : options.admission.command(callerIn(options, request), executed);
      return send(reply, await answer);
    },
  });
  fastify.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    // Runs before the body is read, which may have any type.
    onRequest: (_request, reply, done) => {
      void reply.header('allow', 'GET, HEAD, POST');
      done(badRequest('METHOD_NOT_ALLOWED', 'Use POST or GET.'));
    },
    handler: () => undefined,
  });
  return apollo;
}

function createApollo(
  options: GraphQLRouteOptions,
  persisted: PersistedQueries,
): ApolloServer<HttpContext> {
  const { schema, gate, present, introspection, log } = options;
  return new ApolloServer<HttpContext>({
    csrfPrevention: { requestHeaders: sentByPrograms },
    ...executionBy(options.graphqlExecutor, schema),
    introspection,
    // The gate has validated and cached every document that gets here.
    dangerouslyDisableValidation: true,
    documentStore: {
      get: (key) => Promise.resolve(gate.passed(key.slice(key.lastIndexOf(':') + 1))),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(),
    },
    persistedQueries: { cache: persisted },
    plugins: apolloPlugins(options.requestSpans),
    formatError: (_formatted, error) => present(error),
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    logger: log,
  });
}

function callerIn({ addressOf }: GraphQLRouteOptions, { raw }: FastifyRequest): Caller {
  return { address: addressOf(raw), isWaiting: () => !raw.socket.destroyed };
}

const isPost = ({ method }: FastifyRequest) => method === 'POST';

/** A browser sends credentials with a link too, to a proxy that asked for them. */
function isOpenedAsPage(request: FastifyRequest): boolean {
  const { accept, 'apollo-require-preflight': program } = request.headers;
  return !isPost(request) && program === undefined && acceptsPage(accept);
}

const notAPage = () => badRequest('BAD_REQUEST', 'Use POST with content-type: application/json.');

const notReadable = () =>
  new ApiError(
    'BAD_REQUEST',
    'The answer is application/json or application/graphql-response+json, in UTF-8.',
    {},
    406,
  );

interface Execution {
  readonly apollo: ApolloServer<HttpContext>;
  readonly plain: PlainOperations;
  readonly options: GraphQLRouteOptions;
  readonly sent: SentOperation;
  readonly cost: number;
}

async function execute(execution: Execution, request: FastifyRequest): Promise<HttpAnswer> {
  const { apollo, plain } = execution;
  const operation = plain.read(request);
  if (operation === undefined) {
    return executeHttp(execution, request, () => contextOf(execution, request));
  }
  const preparing = contextOf(execution, request);
  let context: HttpContext;
  try {
    context = await preparing;
  } catch {
    // Apollo words it, as it does for a request that is not plain.
    return executeHttp(execution, request, () => preparing);
  }
  return plain.answer(apollo, operation, context);
}

async function executeHttp(
  { apollo, plain, sent }: Execution,
  request: FastifyRequest,
  context: () => Promise<HttpContext>,
): Promise<HttpAnswer> {
  const { body, headers, status } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      // HEAD is answered as GET; Fastify leaves out the body.
      method: isPost(request) ? 'POST' : 'GET',
      headers: headerMap(request),
      ...sent.forApollo,
    },
    context,
  });
  if (body.kind === 'chunked') throw new TypeError('An operation was answered in parts');
  plain.learn(request, status ?? 200, headers.get('content-type'));
  return { status, headers, text: body.string };
}

function send(reply: FastifyReply, { status, headers, text }: HttpAnswer): FastifyReply {
  for (const [name, value] of headers) void reply.header(name, value);
  return reply.code(status ?? 200).send(text);
}

function headerMap({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

async function contextOf(
  { options: { services, verify, allowance, addressOf }, sent: { text }, cost }: Execution,
  { headers, raw }: FastifyRequest,
): Promise<HttpContext> {
  const credentials = {
    authorization: headers.authorization,
    cartToken: headers['x-cart-token'],
    accessReason: headerText(headers['x-access-reason']),
  };
  const principal = await principalOf(credentials, verify);
  const address = addressOf(raw);
  const budget = allowance.budgetOf(callerOf(principal, address));
  const correlationId = correlationIdOf(headers['x-correlation-id']);
  return { services, cost, text, principal, address, budget, correlationId };
}
