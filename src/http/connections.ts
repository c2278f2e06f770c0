// The open connections of the HTTP server, including upgraded ones: Node's own list drops a socket
// when it is upgraded, even when the upgrade is refused.
import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import type { Deadlines } from './deadlines.js';

const closeIdleEveryMs = 50;

export class Connections {
  private readonly open = new Set<Socket>();

  constructor(
    private readonly fastify: FastifyInstance,
    private readonly deadlines: Deadlines,
  ) {
    fastify.server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      this.limitAnswer(request.raw.socket, (ended) => reply.raw.once('close', ended));
      done();
    });
  }

  /**
   * Accepts no new connection, lets running requests end, then closes the remaining connections.
   */
  async close(): Promise<void> {
    const { server } = this.fastify;
    const closed = this.fastify.close();
    // A connection becomes idle when its response is sent, possibly after the server was closed.
    const sweep = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs);
    const cut = setTimeout(() => this.cutAll(), this.deadlines.drainMs);
    try {
      await closed;
    } finally {
      clearInterval(sweep);
      clearTimeout(cut);
      this.cutAll();
    }
  }

  /** A client that does not read its response would keep the socket and the response for ever. */
  private limitAnswer(socket: Socket, onEnd: (ended: () => void) => void): void {
    const timer = setTimeout(() => socket.destroy(), this.deadlines.answerMs);
    timer.unref();
    onEnd(() => clearTimeout(timer));
  }

  private cutAll(): void {
    for (const socket of this.open) socket.destroy();
  }
}
