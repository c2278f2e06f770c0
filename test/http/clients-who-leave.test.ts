// A client who leaves before the answer begins, as a browser does when it goes on to another page,
// is no fault of the service. Each way by which an answer is made of a stream is tried.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { serve, type Served } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.stop());

const introspection = JSON.stringify({ query: getIntrospectionQuery() });
const asking = [
  'content-type: application/json',
  `content-length: ${introspection.length}`,
  '',
  introspection,
];

test.each([
  ['an answer in Brotli', 'POST /graphql', ['accept-encoding: br', ...asking]],
  ['an answer in gzip', 'POST /graphql', ['accept-encoding: gzip', ...asking]],
  ['an answer as it is', 'POST /graphql', asking],
  ['the playground', 'GET /graphiql', ['', '']],
  ['a page', 'GET /', ['accept-encoding: br', '', '']],
  ['metrics', 'GET /metrics', ['accept-encoding: gzip', '', '']],
  ['no page', 'GET /no/such/page', ['accept: text/html', 'accept-encoding: br', '', '']],
])('%s that nobody waits for is no fault', async (_what, line, rest) => {
  const request = [`${line} HTTP/1.1`, 'host: 127.0.0.1', ...rest].join('\r\n');
  for (let turn = 0; turn < 5; turn += 1) await askAndLeave(request);
  // The last of those who left is over when one who stays is answered.
  await expect(fetch(served.graphqlUrl, whoStays).then(({ ok }) => ok)).resolves.toBe(true);
  expect(served.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});

const whoStays = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'accept-encoding': 'br' },
  body: introspection,
};

/** Until the server knows that the client has left. */
async function askAndLeave(request: string): Promise<void> {
  const { hostname, port } = new URL(served.url);
  const asked = new Promise<Socket>((resolve) => {
    const began = (message: unknown) => {
      diagnostics.unsubscribe('http.server.request.start', began);
      resolve((message as { readonly socket: Socket }).socket);
    };
    diagnostics.subscribe('http.server.request.start', began);
  });
  const client = connect(Number(port), hostname);
  client.write(request);
  const socket = await asked;
  const closed = once(socket, 'close');
  client.resetAndDestroy();
  await closed.catch(() => undefined);
}
