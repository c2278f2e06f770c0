// Receivers of webhooks for tests: a server that answers each request, and one of raw bytes.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  createServer as createRawServer,
  type Server,
  type Socket,
} from 'node:net';
import type { Cleanup } from '../event-store/nodes.js';

export interface ReceivedMessage {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

type Answer = (response: ServerResponse, message: ReceivedMessage) => void;

/** Takes each message, unless it is told another answer. */
export async function receive(cleanup: Cleanup, answer: Answer = (response) => response.end()) {
  const received: ReceivedMessage[] = [];
  let heard = () => {};
  const server = createServer((request, response) => {
    bodyOf(request).then(
      (body) => {
        const message = { headers: request.headers, body };
        received.push(message);
        answer(response, message);
        heard();
      },
      () => undefined,
    );
  });
  const port = await listen(server, cleanup);
  const until = async (count: number) => {
    while (received.length < count) await new Promise<void>((resolve) => (heard = resolve));
  };
  return { received, until, url: `http://127.0.0.1:${port}/hook` };
}

/** As docs/webhooks.md tells receivers. */
export function isGenuine({ headers, body }: ReceivedMessage, secret: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}

/** Does what it is told with each connection. */
export async function receiveRaw(cleanup: Cleanup, talk: (socket: Socket) => void) {
  const server = createRawServer((socket) => {
    socket.on('error', () => undefined);
    talk(socket);
  });
  return `http://127.0.0.1:${await listen(server, cleanup)}/hook`;
}

async function listen(server: Server, cleanup: Cleanup): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.add(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
