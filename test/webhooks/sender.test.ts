// One attempt at receivers that do whatever a receiver can do: each ends in a stated outcome.
import { afterEach, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
import { systemTime } from '../../src/waiting/time.js';
import { internet } from '../../src/webhooks/network.js';
import { send } from '../../src/webhooks/sender.js';
import { Cleanup } from '../event-store/nodes.js';
import { receive, receiveRaw } from './receiver.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const message = { body: '{"a":1}', headers: { 'content-type': 'application/json' } };
const patient = { mayBePrivate: true, timeoutMs: 5_000 };

test.each([
  [200, 'DELIVERED'],
  [204, 'DELIVERED'],
  [302, 'REDIRECTED'],
  [400, 'REFUSED'],
  [410, 'GONE'],
  [500, 'REFUSED'],
])('a status of %i is %s', async (status, outcome) => {
  const { url, received } = await receive(cleanup, (response) => {
    response.writeHead(status).end('some words');
  });
  expect(await send(url, message, patient)).toEqual({ outcome, status });
  expect(received).toEqual([expect.objectContaining({ body: message.body })]);
});

const at = Date.UTC(2026, 10, 23, 8);

test.each([
  [429, '120', 120_000],
  [503, ' 0 ', 0],
  [503, 'Mon, 23 Nov 2026 08:01:00 GMT', 60_000],
  [503, 'Mon, 23 Nov 2026 07:59:00 GMT', undefined],
  [429, 'soon', undefined],
  [429, '-5', undefined],
  [429, '1.5', undefined],
  [429, '2026-11-24', undefined],
  [500, '120', undefined],
  [200, '120', undefined],
])('a status of %i with Retry-After %j asks for a pause of %p ms', async (status, after, pause) => {
  const { url } = await receive(cleanup, (response) => {
    response.writeHead(status, { 'retry-after': after }).end();
  });
  const time = { ...systemTime, now: () => at };
  expect((await send(url, message, { ...patient, time })).askedPauseMs).toBe(pause);
});

test('a redirect to another address is not followed', async () => {
  const inside = await receive(cleanup);
  const { url } = await receive(cleanup, (response) => {
    response.writeHead(307, { location: inside.url }).end();
  });
  expect(await send(url, message, patient)).toEqual({ outcome: 'REDIRECTED', status: 307 });
  expect(inside.received).toEqual([]);
});

test('a name with several addresses is reached by the one that is there', async () => {
  const { url, received } = await receive(cleanup);
  const named = url.replace('127.0.0.1', 'receiver.test');
  // Addresses for documentation, which no host has: RFC 3849. Nothing listens on the last one.
  for (const gone of ['2001:db8::1', '127.0.0.2']) {
    const network = { ...internet, addressesOf: () => Promise.resolve([gone, '127.0.0.1']) };
    const sent = await send(named, message, { ...patient, network });
    expect([gone, sent.outcome]).toEqual([gone, 'DELIVERED']);
  }
  expect(received).toHaveLength(2);
});

test('a name without an address, or with none that answers, ends in its outcome', async () => {
  const { url } = await receive(cleanup);
  const named = url.replace('127.0.0.1', 'receiver.test');
  const by = (addresses: readonly string[]) =>
    send(named, message, {
      ...patient,
      network: { ...internet, addressesOf: () => Promise.resolve(addresses) },
    });
  expect(await by([])).toEqual({ outcome: 'ADDRESS_REFUSED', status: null });
  expect(await by(['127.0.0.2', '127.0.0.3'])).toEqual({ outcome: 'UNREACHABLE', status: null });
});

test('a receiver that never answers is given up in time', async () => {
  const url = await receiveRaw(cleanup, (socket) => socket.resume());
  const sent = await send(url, message, { ...patient, timeoutMs: 50 });
  expect(sent).toEqual({ outcome: 'TIMEOUT', status: null });
});

/** As raw receivers behave once they have the request. */
const behaviours: Readonly<Record<string, readonly [(socket: Socket) => void, object]>> = {
  'closes at once': [(socket) => socket.destroy(), { outcome: 'CLOSED', status: null }],
  'closes half-way through its head': [
    (socket) => socket.end('HTTP/1.1 200 O'),
    { outcome: 'CLOSED', status: null },
  ],
  'talks garbage': [
    (socket) => socket.end('\u0000\u0001 what\r\n\r\n'),
    { outcome: 'GARBLED', status: null },
  ],
  'has a head without an end': [
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`),
    { outcome: 'GARBLED', status: null },
  ],
  'answers twice': [
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      socket.end('HTTP/1.1 500 Oh no\r\ncontent-length: 0\r\n\r\n');
    },
    { outcome: 'DELIVERED', status: 200 },
  ],
  'closes half-way through its body': [
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nabc'),
    { outcome: 'DELIVERED', status: 200 },
  ],
  'sends a body without an end': [
    (socket) => {
      const more = () => {
        if (!socket.destroyed) socket.write('x'.repeat(65_536), more);
      };
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', more);
    },
    { outcome: 'DELIVERED', status: 200 },
  ],
  'answers before it has read the request': [
    (socket) => socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'),
    { outcome: 'REFUSED', status: 503 },
  ],
};

test.each(Object.keys(behaviours))('a receiver that %s has a stated outcome', async (how) => {
  const [behave, outcome] = behaviours[how]!;
  const url = await receiveRaw(cleanup, (socket) => socket.once('data', () => behave(socket)));
  expect(await send(url, message, patient)).toEqual(outcome);
});

test('a port where nothing listens is unreachable', async () => {
  const { url } = await receive(cleanup);
  await cleanup.run();
  expect(await send(url, message, patient)).toEqual({ outcome: 'UNREACHABLE', status: null });
});

test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])(
  'nothing is sent to %s, unless the settings allow it',
  async (host) => {
    const { url, received } = await receive(cleanup);
    const spelled = url.replace('127.0.0.1', host);
    const sent = await send(spelled, message, { ...patient, mayBePrivate: false });
    expect(sent).toEqual({ outcome: 'ADDRESS_REFUSED', status: null });
    expect(received).toEqual([]);
  },
);
