// A client of the websocket that knows nothing of the protocol but its frames.
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

export interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** A client that sends what it is told to, and keeps what it gets. */
export class Client {
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as Message);
      for (const wake of this.waiting.splice(0)) wake();
    });
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  static async open(
    url: string,
    protocol: string[] = ['graphql-transport-ws'],
    options?: ClientOptions,
  ) {
    const client = new Client(new WebSocket(url, protocol, options));
    await once(client.socket, 'open');
    return client;
  }

  static async acknowledged(url: string, payload: Record<string, unknown> = {}) {
    const client = await Client.open(url);
    client.send({ type: 'connection_init', payload });
    await client.until(({ type }) => type === 'connection_ack');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string): void {
    this.send({ id, type: 'subscribe', payload: { query } });
  }

  async until(isIt: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(isIt);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}
