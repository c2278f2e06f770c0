// The open connections of the HTTP server, including upgraded ones: Node's own list drops a socket
// when it is upgraded, even when the upgrade is refused.
import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import type { Deadlines } from './deadlines.js';

const closeIdleEveryMs = 50;

export class Connections {
  private readonly open = new Set<Socket>();
  private leaving = false;
  private whenEmpty: () => void = () => undefined;

  constructor(
    private readonly fastify: FastifyInstance,
    private readonly deadlines: Deadlines,
  ) {
    fastify.server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.forget(socket));
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      this.limitAnswer(request.raw.socket, (ended) => reply.raw.once('close', ended));
      done();
    });
    fastify.addHook('onSend', async (_request, reply) => {
      if (this.leaving) void reply.header('connection', 'close');
    });
  }

  /** Whether the server stops: it answers, and nobody should send it more. */
  get isLeaving(): boolean {
    return this.leaving;
  }

  /**
   * Has those who are connected go elsewhere: a proxy may be sending a request over a connection
   * that is idle here, and must not find it closed. Each answer ends its connection. Resolves when
   * all are closed, or after `leaveMs`.
   */
  async leave(): Promise<void> {
    this.leaving = true;
    if (this.open.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.whenEmpty = resolve;
      timer = setTimeout(resolve, this.deadlines.leaveMs);
    });
    clearTimeout(timer);
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

  private forget(socket: Socket): void {
    this.open.delete(socket);
    if (this.open.size === 0) this.whenEmpty();
  }

  private cutAll(): void {
    for (const socket of this.open) socket.destroy();
  }
}
