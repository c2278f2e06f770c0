// What passes a proxy, and what does not: an echo server behind it says.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Cleanup } from '../event-store/nodes.js';
import { TcpProxy } from './tcp-proxy.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let proxy: TcpProxy;
let echoes = 0;
let received = '';
let hear: () => void = () => undefined;

beforeEach(async () => {
  echoes = 0;
  received = '';
  const server = createServer((socket) => {
    echoes += 1;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += String(chunk);
      hear();
    });
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(async () => {
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  proxy = await TcpProxy.start(() => ({ host: '127.0.0.1', port }));
  cleanup.add(() => proxy.close());
});

function dial(): Socket {
  const socket = connect(proxy.port, '127.0.0.1');
  cleanup.add(() => Promise.resolve(socket.destroy()));
  return socket;
}

async function echoOf(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

async function untilReceived(text: string): Promise<void> {
  while (received !== text) await new Promise<void>((resolve) => (hear = resolve));
}

/** Resolves when the connection is gone, by an error or without one. */
const gone = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
  });

test('what is sent through an open one comes back, also at the end', async () => {
  const socket = dial();
  expect(await echoOf(socket, 'one')).toBe('one');
  socket.end('two');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('two');
  await once(socket, 'end');
});

test('a cut breaks every connection, and lets new ones through', async () => {
  const [one, other] = [dial(), dial()];
  await Promise.all([echoOf(one, 'one'), echoOf(other, 'other')]);
  const ends = [gone(one), gone(other)];
  proxy.cut();
  await Promise.all(ends);
  expect(await echoOf(dial(), 'again')).toBe('again');
});

test('while it refuses, new connections break, too, and reach nobody', async () => {
  proxy.refuse();
  await gone(dial());
  expect(echoes).toBe(0);
  proxy.letThrough();
  expect(await echoOf(dial(), 'again')).toBe('again');
});

test('what is sent while it holds everything up arrives afterwards, on the same connection', async () => {
  const socket = dial();
  await echoOf(socket, 'before');
  proxy.holdUp();
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.write('meanwhile');
  // Another connection is accepted and just as silent.
  const other = dial();
  await once(other, 'connect');
  other.write('other');
  expect(heard).toBe('');
  const arrived = Promise.all([once(socket, 'data'), once(other, 'data')]);
  proxy.letThrough();
  const chunks = (await arrived).map(([chunk]) => String(chunk));
  expect(chunks).toEqual(['meanwhile', 'other']);
});

test('requests pass, and no answers, once one has the awaited text', async () => {
  const socket = dial();
  proxy.holdUpAnswersAfter('secret');
  expect(await echoOf(socket, 'a sec')).toBe('a sec');
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.write('ret');
  await untilReceived('a secret');
  expect(proxy.holdsUpAnswers).toBe(true);
  const other = dial();
  other.write(', and another');
  await untilReceived('a secret, and another');
  expect(heard).toBe('');
  const arrived = Promise.all([once(socket, 'data'), once(other, 'data')]);
  proxy.letThrough();
  const chunks = (await arrived).map(([chunk]) => String(chunk));
  expect(chunks).toEqual(['ret', ', and another']);
});
