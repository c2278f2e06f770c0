// No client keeps a connection for good, whatever state it leaves it in, nor the server from
// stopping.
import { afterEach, expect, test } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { serve, parts, type Served } from './served.js';

const soon = {
  headersMs: 100,
  requestMs: 200,
  answerMs: 300,
  idleMs: 100,
  refusedMs: 100,
  checkEveryMs: 50,
  leaveMs: 100,
  drainMs: 200,
};
/** Longer than any test: what ends a connection in a test with these is the stop. */
const late = { ...soon, headersMs: 60_000, requestMs: 60_000, answerMs: 60_000, idleMs: 60_000 };

const opened: Socket[] = [];
afterEach(() => opened.splice(0).forEach((socket) => socket.destroy()));

/** A client that never closes its side, and reads only when it is told to. */
async function stubborn({ url }: Served, bytes = ''): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  opened.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (bytes !== '') socket.write(bytes);
  return socket;
}

/** Resolves when the other side has closed for good; a half-closed one is written to. */
async function gone(socket: Socket): Promise<void> {
  socket.resume();
  const probe = setInterval(() => socket.write('x'), 20);
  // A reset is as good an end as any, so errors do not count here.
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(probe);
}

const post = 'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n';
const upgrade =
  'GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const states: readonly (readonly [string, string])[] = [
  ['accepted', ''],
  ['with half of a request line', 'GET /gra'],
  ['with half of its headers', post],
  ['with half of a body', `${post}Content-Length: 100\r\n\r\n{"query"`],
  ['with half of a chunked body', `${post}Transfer-Encoding: chunked\r\n\r\n5\r\n{"que`],
  ['idle after an answer', 'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
  ['refused as no HTTP', '\u0000\r\n\r\n'],
  ['refused for its length', `${post}Content-Length: 1000000\r\n\r\n`],
  ['refused an upgrade elsewhere', upgrade.replace('/graphql', '/other') + '\r\n'],
  ['refused an upgrade for its origin', `${upgrade}Origin: https://evil.example\r\n\r\n`],
  ['refused an upgrade without a key', `${upgrade}\r\n`],
];

test.each(states)('a connection %s is closed from our side', async (_state, bytes) => {
  const served = await serve({ deadlines: soon });
  // An idle one stays open in its own right, and nothing but its deadline ends it.
  const socket = await stubborn(served, bytes);
  await gone(socket);
  await served.stop();
});

test.each(states)('a connection %s does not keep the server from stopping', async (_s, bytes) => {
  const served = await serve({ deadlines: late });
  const socket = await stubborn(served, bytes);
  await served.stop();
  await gone(socket);
});

test('an answer that never comes is given up', async () => {
  const reads = { ...parts().reads, products: () => new Promise<never>(() => undefined) };
  const served = await serve({ deadlines: soon, services: parts({ reads }) });
  const body = JSON.stringify({ query: '{ products { totalCount } }' });
  const socket = await stubborn(served, `${post}Content-Length: ${body.length}\r\n\r\n${body}`);
  await gone(socket);
  await served.stop();
});

test('a running request is answered before the server stops', async () => {
  const reached = new EventEmitter();
  const revenue = async () => {
    const release = new EventEmitter();
    reached.emit('asked', release);
    await once(release, 'go');
    return [];
  };
  const served = await serve({
    deadlines: { ...late, drainMs: 60_000 },
    services: parts({ reads: { ...parts().reads, revenue } }),
  });
  const report = `{ revenueReport(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", currency: "GBP") { date } }`;
  const asked = once(reached, 'asked');
  const answer = fetch(served.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer admin:root' },
    body: JSON.stringify({ query: report }),
  });
  const [release] = (await asked) as [EventEmitter];
  const stopped = served.stop();
  release.emit('go');
  expect(await (await answer).json()).toMatchObject({ data: { revenueReport: [] } });
  await stopped;
});

test('a stop closes websockets, those too that do not answer the close', async () => {
  const served = await serve({ deadlines: late });
  const client = new WebSocket(served.websocketUrl, ['graphql-transport-ws']);
  await once(client, 'open');
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n';
  const silent = await stubborn(
    served,
    `${upgrade}Sec-WebSocket-Protocol: graphql-transport-ws\r\n${key}\r\n`,
  );
  await once(silent, 'data');
  const closed = once(client, 'close') as Promise<[number]>;
  await served.stop();
  expect((await closed)[0]).toBe(1001);
  await gone(silent);
});

test('a peer that answers no ping is closed; one that does is kept', async () => {
  const served = await serve({ linkLimits: { pingEveryMs: 20, unansweredPings: 3 } });
  const begin = JSON.stringify({ type: 'connection_init' });
  const [deaf, alive] = [false, true].map(
    (autoPong) => new WebSocket(served.websocketUrl, ['graphql-transport-ws'], { autoPong }),
  );
  const closed = once(deaf!, 'close') as Promise<[number]>;
  await Promise.all([deaf, alive].map((socket) => once(socket!, 'open')));
  deaf!.send(begin);
  alive!.send(begin);
  expect((await closed)[0]).toBe(1013);
  // It has had as many pings since.
  for (let pings = 0; pings < 4; pings += 1) await once(alive!, 'ping');
  expect(alive!.readyState).toBe(WebSocket.OPEN);
  alive!.close();
  await served.stop();
});

test('while it stops, it answers what comes and ends each connection with the answer', async () => {
  const served = await serve({ deadlines: { ...late, leaveMs: 60_000 } });
  const health = 'GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
  const body = JSON.stringify({ query: '{ __typename }' });
  const idle = await Promise.all([stubborn(served, health), stubborn(served, health)]);
  for (const socket of idle)
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 200[^]*keep-alive/i);
  const stopped = served.stop();
  const [first, second] = idle;
  const newcomer = await stubborn(served, health);
  expect(await answerOn(newcomer)).toMatch(/^HTTP\/1.1 503[^]*connection: close/i);
  first.write(health);
  expect(await answerOn(first)).toMatch(/^HTTP\/1.1 503[^]*connection: close[^]*"stopping"/i);
  second.write(`${post}Content-Length: ${body.length}\r\n\r\n${body}`);
  expect(await answerOn(second)).toMatch(/^HTTP\/1.1 200[^]*connection: close[^]*"Query"/i);
  await Promise.all([...idle, newcomer].map(gone));
  await stopped;
});

async function answerOn(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}
