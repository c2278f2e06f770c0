// A client of graphql-ws with its own idea of which closes are final comes back after each close
// that is not its fault.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createClient, type Client as GraphQLClient } from 'graphql-ws';
import { WebSocket, type ClientOptions } from 'ws';
import { Cleanup } from '../event-store/nodes.js';
import { cartId, guestToken, serve } from './served.js';
import { Client } from './socket-client.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** graphql-ws's own settings but for the time between two tries. */
function clientOf(
  url: string,
  connectionParams: Record<string, unknown>,
  optionsOf: (sockets: number) => ClientOptions,
  retryWait: () => Promise<void> = () => Promise.resolve(),
): GraphQLClient {
  let sockets = 0;
  class Made extends WebSocket {
    constructor(address: string, protocols: string[]) {
      sockets += 1;
      super(address, protocols, optionsOf(sockets));
    }
  }
  const client = createClient({ url, webSocketImpl: Made, connectionParams, retryWait });
  cleanup.add(async () => client.dispose());
  return client;
}

/** The codes that closed the client until its subscription ran on its second socket. */
async function codesUntilBack(client: GraphQLClient, query: string): Promise<unknown[]> {
  const codes: unknown[] = [];
  client.on('closed', (event) => codes.push((event as { code: number }).code));
  await new Promise<void>((resolve, reject) => {
    client.on('connected', () => {
      if (codes.length > 0) resolve();
    });
    client.subscribe({ query }, { next: () => undefined, error: reject, complete: resolve });
  });
  return codes;
}

const watch = `subscription { cartChanged(cartId: "${cartId}") { revision } }`;

test('after a time in which it answered no ping, as after a tunnel or a sleep', async () => {
  const served = await serve({ linkLimits: { pingEveryMs: 20, unansweredPings: 3 } });
  cleanup.add(() => served.stop());
  const params = { cartToken: guestToken };
  const client = clientOf(served.websocketUrl, params, (nth) => ({ autoPong: nth > 1 }));
  expect(await codesUntilBack(client, watch)).toEqual([1013]);
});

test('when its person has a free socket again', async () => {
  const served = await serve({ socketLimit: 1, trustedProxies: ['127.0.0.0/8'] });
  cleanup.add(() => served.stop());
  const params = { authorization: 'Bearer customer:ann' };
  const holder = await Client.acknowledged(served.websocketUrl, params);
  const from = () => ({ headers: { 'x-forwarded-for': '192.0.2.9' } });
  const client = clientOf(served.websocketUrl, params, from, async () => {
    if (holder.socket.readyState === WebSocket.CLOSED) return;
    holder.socket.close();
    await holder.closed;
    // The service has noticed it too once it answers this peer's ping.
    const other = await Client.open(served.websocketUrl);
    other.socket.ping();
    await once(other.socket, 'pong');
    other.socket.terminate();
  });
  expect(await codesUntilBack(client, '{ products { totalCount } }')).toEqual([1013]);
});
