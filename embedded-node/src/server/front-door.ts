// The port for clients. With HTTP enabled it serves two protocols, as on the real server: a
// connection that starts with the HTTP/2 preface goes to gRPC, every other one to HTTP. Over TLS
// the client chooses by ALPN.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { once } from 'node:events';
import { CannotListenError } from '../errors.js';
import { reasonOf } from '../reason-of.js';

export interface DoorOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** PEM; undefined: no TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly toGrpc: (socket: Socket) => void;
  /** Undefined: all are taken for clients of gRPC. */
  readonly toHttp?: (socket: Socket) => void;
}

export interface FrontDoor {
  readonly port: number;
  /**
   * Stops listening and closes all connections except gRPC's own. Resolves when they are closed.
   */
  close(): Promise<void>;
  /**
   * Breaks all connections that are left. Calls under way end as UNAVAILABLE at their clients; the
   * forced shutdown of gRPC makes it CANCELLED, which clients take for their own doing.
   */
  cut(): void;
}

/** An HTTP/2 connection starts with these letters; no HTTP/1 request does. */
const PREFACE = 'PRI';

/** Timeout for a connection's first bytes, including the TLS handshake. */
const FIRST_LETTERS_MS = 10_000;

/** @throws CannotListenError */
export async function openFrontDoor(options: DoorOptions): Promise<FrontDoor> {
  // As they come: those that have not finished their handshake of TLS, too.
  const sockets = new Set<Socket>();
  const notWithGrpc = new Set<Socket>();
  const welcome = (socket: Socket, guide: (socket: Socket) => void) => {
    notWithGrpc.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => notWithGrpc.delete(socket));
    guide(socket);
  };
  const toGrpc = (socket: Socket) => {
    notWithGrpc.delete(socket);
    options.toGrpc(socket);
  };
  const server = serverOf(options, toGrpc, welcome);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const { port } = await listen(server, options);
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of notWithGrpc) socket.destroy();
    await closed;
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { port, close, cut };
}

function serverOf(
  { tls, toHttp }: DoorOptions,
  toGrpc: (socket: Socket) => void,
  welcome: (socket: Socket, guide: (socket: Socket) => void) => void,
): Server {
  if (tls === undefined) {
    const guide = toHttp === undefined ? toGrpc : byFirstLetters(toGrpc, toHttp);
    return createServer({ noDelay: true }, (socket) => welcome(socket, guide));
  }
  const protocols =
    toHttp === undefined ? { ALPNProtocols: ['h2'] } : { ALPNCallback: protocolFor };
  const toOther = toHttp ?? ((socket: Socket) => socket.destroy());
  return createSecureServer(
    { ...tls, ...protocols, noDelay: true, handshakeTimeout: FIRST_LETTERS_MS },
    (socket) => welcome(socket, socket.alpnProtocol === 'h2' ? toGrpc : toOther),
  );
}

/** gRPC clients offer only h2; a client that also offers HTTP/1 wants plain HTTP. */
function protocolFor({ protocols }: { readonly protocols: readonly string[] }): string | undefined {
  return ['http/1.1', 'h2'].find((protocol) => protocols.includes(protocol));
}

function byFirstLetters(toGrpc: (socket: Socket) => void, toHttp: (socket: Socket) => void) {
  return (socket: Socket) => {
    const late = setTimeout(() => socket.destroy(), FIRST_LETTERS_MS).unref();
    socket.once('close', () => clearTimeout(late));
    const look = () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      const letters = first.toString('latin1', 0, PREFACE.length);
      // Too few bytes to decide; wait for more.
      if (letters !== PREFACE && PREFACE.startsWith(letters)) return;
      socket.off('readable', look);
      clearTimeout(late);
      if (letters === PREFACE) toGrpc(socket);
      else toHttp(socket);
    };
    socket.on('readable', look);
  };
}

async function listen(server: Server, { host, port }: DoorOptions): Promise<AddressInfo> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = reasonOf(error);
    throw new CannotListenError(`Cannot listen on ${host}:${port}: ${reason}`);
  }
  return server.address() as AddressInfo;
}
