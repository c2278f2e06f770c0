// GraphQL over websocket (graphql-transport-ws): the same gate, policy and errors as HTTP.
import type { FastifyInstance } from 'fastify';
import { getOperationAST, GraphQLError, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  makeServer,
  type Context,
  type SubscribePayload,
} from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../graphql/api-error.js';
import type { HistoryAllowance } from '../graphql/budget.js';
import { commandsIn } from '../graphql/complexity.js';
import { callerOf } from '../graphql/context.js';
import type { DocumentGate } from '../graphql/document-gate.js';
import type { Principal } from '../graphql/policy.js';
import type { ErrorPresenter } from '../graphql/public-errors.js';
import type { ApiServices } from '../graphql/services.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Admission } from './admission.js';
import { answerBare } from './bare-answer.js';
import type { CallerAddress } from './caller-address.js';
import { correlationIdOf, credentialsIn, principalOf, type TokenVerifier } from './credentials.js';
import { subscribed } from './failed-subscription.js';
import type { Logger } from './log.js';
import type { Metrics } from './metrics.js';
import { isAllowedOrigin, isKnownHost } from './origins.js';
import { type RateLimit, tooManyRequests } from './rate-limit.js';
import { SocketCount } from './socket-count.js';
import type { TrustedTraces } from './trace-trust.js';
import { admitted, refusalOf, turnOf } from './websocket-admission.js';
import { traceIn } from './websocket-spans.js';
import { linkLimits, type LinkLimits, tryAgainLater, WebsocketLink } from './websocket-link.js';

export interface WebsocketOptions {
  readonly schema: GraphQLSchema;
  readonly gate: DocumentGate;
  readonly present: ErrorPresenter;
  readonly services: ApiServices;
  readonly verify: TokenVerifier;
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly socketLimit: number;
  readonly rateLimit: RateLimit;
  readonly admission: Admission;
  readonly addressOf: CallerAddress;
  readonly allowance: HistoryAllowance;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  readonly trustedTraces: TrustedTraces;
  readonly linkLimits?: Partial<LinkLimits>;
}

interface ClientConnection {
  readonly socket: WebSocket;
  readonly link: WebsocketLink;
  readonly address: string;
  principal?: Principal;
  /** Clean-up for when the socket closes. */
  readonly onClosed: (() => void)[];
}

const maxFrameBytes = 64 * 1024;
const initTimeoutMs = 3_000;
const subscriptionsPerSocket = 20;
/** The maximum of a timer; sign-ins expire long before. */
const maxTimerMs = 2 ** 31 - 1;
const goingAwayMs = 1_000;

export class WebsocketDoor {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    // An unknown protocol is accepted only to close it with a reason, 4406.
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL)
        ? GRAPHQL_TRANSPORT_WS_PROTOCOL
        : ([...offered][0] ?? false),
  });
  private readonly count: SocketCount;
  private readonly server;

  constructor(private readonly options: WebsocketOptions) {
    this.count = new SocketCount(options.socketLimit);
    this.sockets.on('wsClientError', (_error, socket) => answerBare(socket, 400, 'BAD_REQUEST'));
    this.server = makeServer<Record<string, unknown>, ClientConnection>({
      connectionInitWaitTimeout: initTimeoutMs,
      onConnect: (context) => this.signIn(context),
      onSubscribe: (context, _id, payload) => this.admitOperation(context, payload),
      onOperation: () => this.options.metrics.subscriptions.inc(),
      onComplete: () => this.options.metrics.subscriptions.dec(),
      onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
        errors === undefined ? { data } : { data, errors: errors.map(options.present) },
      onError: (_context, _id, _payload, errors) => errors.map((error) => options.present(error)),
      execute: admitted(options.admission, options.tracing),
      subscribe: subscribed,
    });
  }

  listen(fastify: FastifyInstance): void {
    fastify.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /**
   * Closes every socket with 1001 and waits until they are gone; sockets that do not close are cut
   * off.
   */
  async stop(): Promise<void> {
    const { clients } = this.sockets;
    for (const client of clients) client.close(1001, 'The service stops');
    const cut = setTimeout(() => clients.forEach((client) => client.terminate()), goingAwayMs);
    await new Promise<void>((resolve) => this.sockets.close(() => resolve()));
    clearTimeout(cut);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (error) => this.options.log.debug({ err: error }, 'an upgrade failed'));
    const address = this.options.addressOf(request);
    const { origin, host } = request.headers;
    if (request.url?.split('?')[0] !== '/graphql') {
      answerBare(socket, 404, 'NOT_FOUND');
      return;
    }
    if (!isKnownHost(host, this.options)) {
      answerBare(socket, 403, 'FORBIDDEN');
      return;
    }
    if (!isAllowedOrigin(origin, host, this.options.allowedOrigins)) {
      answerBare(socket, 403, 'FORBIDDEN');
      return;
    }
    const leave = this.count.take(`address ${address}`);
    if (leave === undefined) {
      answerBare(socket, 429, 'RATE_LIMITED');
      return;
    }
    socket.once('close', leave);
    this.sockets.handleUpgrade(request, socket, head, (accepted) => this.open(accepted, address));
  }

  private open(socket: WebSocket, address: string): void {
    const limits = { ...linkLimits, ...this.options.linkLimits };
    const link = new WebsocketLink(socket, this.options.log, limits);
    const connection: ClientConnection = { socket, link, address, onClosed: [] };
    this.options.metrics.sockets.inc();
    const closed = this.server.opened(link, connection);
    socket.once('close', (code, reason) => {
      this.options.metrics.sockets.dec();
      for (const undo of connection.onClosed) undo();
      closed(code, String(reason)).catch((error: unknown) =>
        this.options.log.error({ err: error }, 'the clean-up of a closed websocket failed'),
      );
    });
  }

  private async signIn({
    connectionParams,
    extra,
  }: Context<Record<string, unknown>, ClientConnection>) {
    try {
      extra.principal = await principalOf(credentialsIn(connectionParams), this.options.verify);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'SERVICE_UNAVAILABLE') extra.link.close(tryAgainLater, error.message);
      return false;
    }
    return this.takePlace(extra, extra.principal) && this.closeAtExpiry(extra, extra.principal);
  }

  private takePlace(connection: ClientConnection, { kind, subject }: Principal): boolean {
    if (subject === undefined) return true;
    const leave = this.count.take(`${kind} ${subject}`);
    if (leave === undefined) {
      connection.link.close(tryAgainLater, 'Too many sockets');
      return false;
    }
    connection.onClosed.push(leave);
    return true;
  }

  private closeAtExpiry(connection: ClientConnection, { expiresAt }: Principal): boolean {
    if (expiresAt === undefined) return true;
    const leftMs = Math.min(expiresAt - Date.now(), maxTimerMs);
    const expire = () => connection.link.close(CloseCode.Forbidden, 'The sign-in has expired');
    const timer = setTimeout(expire, leftMs);
    connection.onClosed.push(() => clearTimeout(timer));
    return leftMs > 0;
  }

  private async admitOperation(
    { extra, subscriptions }: Context<Record<string, unknown>, ClientConnection>,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    // Counted before any await, while the last key is the newest subscription.
    if (Object.keys(subscriptions).length > subscriptionsPerSocket) {
      const message = `A socket carries at most ${subscriptionsPerSocket} subscriptions.`;
      return [new ApiError('TOO_MANY_SUBSCRIPTIONS', message)];
    }
    const { rateLimit, admission, gate, allowance, trustedTraces } = this.options;
    const waitSeconds = await rateLimit.secondsToWait(extra.address);
    if (waitSeconds !== undefined) return [tooManyRequests(waitSeconds)];
    const { document, errors } = gate.judge(payload.query, payload.variables ?? {});
    if (document === undefined) return errors;
    const more = commandsIn(document) - 1;
    const waitMore = more > 0 ? await rateLimit.secondsToWait(extra.address, more) : undefined;
    if (waitMore !== undefined) return [tooManyRequests(waitMore)];
    const operation = getOperationAST(document, payload.operationName);
    if (!operation) {
      return [new ApiError('OPERATION_RESOLUTION_FAILURE', 'Name one operation of the document.')];
    }
    const { address, socket } = extra;
    const caller = { address, isWaiting: () => socket.readyState === socket.OPEN };
    const refusal = await refusalOf(turnOf(operation, admission, caller));
    if (refusal !== undefined) return [refusal];
    if (extra.principal === undefined) throw new Error('A subscription without a sign-in');
    return {
      schema: this.options.schema,
      document,
      ...(payload.operationName == null ? {} : { operationName: payload.operationName }),
      variableValues: { ...payload.variables },
      contextValue: {
        principal: extra.principal,
        services: this.options.services,
        address,
        budget: allowance.budgetOf(callerOf(extra.principal, address)),
        correlationId: correlationIdOf(payload.extensions?.['correlationId']),
        ...(this.options.tracing && { trace: traceIn(payload.extensions, trustedTraces.inFrames) }),
      },
    };
  }
}
