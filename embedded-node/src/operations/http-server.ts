// The node's HTTP server for operators: liveness, statistics, and a backup for the owner of its
// data folder.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createHash, timingSafeEqual } from 'node:crypto';
import { CannotListenError, BackupExistsError } from '../errors.js';
import { asError, reasonOf } from '../reason-of.js';

export interface HttpOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** PEM; without them it speaks no TLS. */
  readonly credentials?: { readonly key: string; readonly cert: string };
  /** Secret of requests for a backup. */
  readonly token: string;
  /** Whether these are a user's credentials, on a node with users; the statistics require them. */
  readonly isUser?: (authorization: string | undefined) => Promise<boolean>;
  readonly statistics: () => unknown;
  readonly gossip: () => unknown;
  readonly backUp: (to: string) => Promise<void>;
}

export interface HttpServer {
  readonly port: number;
  /** Handles a connection that arrived on another port, with TLS already removed. */
  take(socket: Socket): void;
  stop(): Promise<void>;
}

interface HttpAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Route = (request: IncomingMessage) => HttpAnswer | Promise<HttpAnswer>;

const GRACE_MS = 500;

/** Maximum body of a request, in bytes: it contains a file name. */
const MAX_BODY_BYTES = 64 * 1024;

/** The number identifies a message inside the real server and differs between its versions. */
const PONG = { msgTypeId: 0, text: 'Ping request successfully handled' };

/** @throws CannotListenError */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const routes = routesOf(options);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    respond(routes, request, response).catch((error: unknown) => {
      response.destroy(asError(error));
    });
  };
  const server = options.credentials
    ? createSecureServer(options.credentials, answer)
    : createServer(answer);
  // As they come: the server itself does not know those that are at their handshake of TLS.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const { port } = await listen(server, options);
  const take = (socket: Socket) => {
    server.emit(options.credentials ? 'secureConnection' : 'connection', socket);
  };
  return { port, take, stop: () => close(server, sockets) };
}

function routesOf({ token, isUser, statistics, gossip, backUp }: HttpOptions) {
  const routes: Record<string, Record<string, Route>> = {
    '/ping': { GET: () => ({ status: 200, body: PONG }) },
    // As on the real server, the response only shows that the node lives.
    '/health/live': { GET: () => ({ status: 204 }) },
    '/stats': {
      GET: async ({ headers }) =>
        isUser === undefined || (await isUser(headers.authorization))
          ? { status: 200, body: statistics() }
          : { status: 401, headers: { 'www-authenticate': 'Basic realm="ESDB"' } },
    },
    '/gossip': { GET: () => ({ status: 200, body: gossip() }) },
    '/admin/backup': {
      POST: (request) => (isOwner(request, token) ? takeBackup(request, backUp) : { status: 401 }),
    },
  };
  return routes;
}

async function respond(
  routes: ReturnType<typeof routesOf>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body, headers } = await answerTo(routes, request);
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? '' : text);
}

function answerTo(
  routes: ReturnType<typeof routesOf>,
  request: IncomingMessage,
): HttpAnswer | Promise<HttpAnswer> {
  const [path = ''] = (request.url ?? '').split('?');
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined) return { status: 404, body: { error: `There is no ${path}` } };
  const { method = '' } = request;
  const route = methods[method === 'HEAD' ? 'GET' : method];
  return route?.(request) ?? { status: 405, body: { error: `${path} knows no ${method}` } };
}

/** Compares hashes, so that the time does not depend on the text. */
function isOwner({ headers }: IncomingMessage, token: string): boolean {
  const hashOf = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hashOf(headers.authorization ?? ''), hashOf(`Bearer ${token}`));
}

async function takeBackup(
  request: IncomingMessage,
  backUp: (to: string) => Promise<void>,
): Promise<HttpAnswer> {
  const to = fileNameIn(await bodyOf(request));
  if (to === undefined) return { status: 400, body: { error: 'The body has to be {"to": FILE}' } };
  try {
    await backUp(to);
    return { status: 200, body: { to } };
  } catch (error) {
    const message = reasonOf(error);
    return { status: error instanceof BackupExistsError ? 409 : 507, body: { error: message } };
  }
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function fileNameIn(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(body);
    const to = typeof json === 'object' && json !== null && 'to' in json ? json.to : undefined;
    return typeof to === 'string' && to !== '' ? to : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function listen(server: Server, { host, port }: HttpOptions): Promise<AddressInfo> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = reasonOf(error);
    throw new CannotListenError(`Cannot listen for HTTP on ${host}:${port}: ${reason}`);
  }
  return server.address() as AddressInfo;
}

/** Running responses are completed; idle connections are closed. */
async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  const timer = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  }, GRACE_MS);
  server.close();
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}
