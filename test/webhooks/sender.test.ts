// One attempt at receivers that do whatever a receiver can do: each ends in a stated outcome.
import { afterEach, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
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

test('a redirect to another address is not followed', async () => {
  const inside = await receive(cleanup);
  const { url } = await receive(cleanup, (response) => {
    response.writeHead(307, { location: inside.url }).end();
  });
  expect(await send(url, message, patient)).toEqual({ outcome: 'REDIRECTED', status: 307 });
  expect(inside.received).toEqual([]);
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
