// The open connections of the HTTP server, upgraded ones included: Node's own list forgets a socket
// when it is upgraded, also when the upgrade is refused.
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

  /** Accepts no new connection, lets running requests end, then cuts off what is left. */
  async close(): Promise<void> {
    const { server } = this.fastify;
    const closed = this.fastify.close();
    // A connection becomes idle when its answer is sent, which may be after the server was closed.
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

  /** A client that does not read its answer would keep both for good. */
  private limitAnswer(socket: Socket, onEnd: (ended: () => void) => void): void {
    const timer = setTimeout(() => socket.destroy(), this.deadlines.answerMs);
    timer.unref();
    onEnd(() => clearTimeout(timer));
  }

  private cutAll(): void {
    for (const socket of this.open) socket.destroy();
  }
}
