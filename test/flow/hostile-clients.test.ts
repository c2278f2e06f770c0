// Whatever clients do with their connections, the service ends when it is told to, leaves nothing
// running, and gets its descriptors back.
import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { ServiceProcess } from './service.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stopMs = 10_000;

const opened: { destroy(): unknown }[] = [];
afterEach(() => opened.splice(0).forEach((each) => each.destroy()));

const upgrade =
  'GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const post =
  'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n';
const leftOpen = ['', 'GE', post, `${post}\r\n{`, `${upgrade}Origin: https://evil.example\r\n\r\n`];

/** A client that sends this, reads nothing, and never closes its side. */
async function stubborn(url: string, bytes: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on('error', () => undefined);
  opened.push(socket);
  await once(socket, 'connect');
  if (bytes !== '') socket.write(bytes);
  return socket;
}

async function beset(url: string): Promise<void> {
  await Promise.all(leftOpen.map((bytes) => stubborn(url, bytes)));
  await fetch(`${url}/health/live`);
  const socket = new WebSocket(url.replace('http', 'ws') + '/graphql', ['graphql-transport-ws']);
  opened.push({ destroy: () => socket.terminate() });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.pause();
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it, with 0',
  async (signal) => {
    const service = await ServiceProcess.start();
    await beset(service.url);
    expect(await service.stop(signal)).toEqual({ code: 0, signal: null });
    await service.remove();
  },
  60_000,
);

test('1,000 refused clients that do not close leave no descriptor behind', async () => {
  const service = await ServiceProcess.start();
  const descriptors = () => readdirSync(`/proc/${service.pid}/fd`).length;
  const before = existsSync('/proc/self/fd') ? descriptors() : undefined;
  const refused = `${upgrade}Origin: https://evil.example\r\n\r\n`;
  for (let hundred = 0; hundred < 10; hundred += 1) {
    const sockets = await Promise.all(
      Array.from({ length: 100 }, () => stubborn(service.url, refused)),
    );
    // Each of them is told, and sees our side close, while its own stays open.
    await Promise.all(sockets.map((socket) => once(socket.resume(), 'end')));
  }
  if (before !== undefined) {
    const deadline = AbortSignal.timeout(stopMs);
    // The service has none of them when a connection that came after all has been looked at.
    while (descriptors() > before + 10 && !deadline.aborted)
      await fetch(`${service.url}/health/live`);
    expect(descriptors()).toBeLessThanOrEqual(before + 10);
  }
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  await service.remove();
}, 120_000);

/** `npm start`, in a process group of its own, once it is ready. */
async function npmStart(dataDir: string) {
  const { PATH = '', HOME = '' } = process.env;
  const npm = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    env: { PATH, HOME, PORT: '0', DATA_DIR: dataDir, DOTENV_PATH: join(dataDir, 'no.env') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: npm.stdout })) {
    const url = /^Cartograph is ready at (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { npm, pid: npm.pid!, url };
  }
  throw new Error('npm start ended before it was ready');
}

const send = (signal: NodeJS.Signals) => (pid: number) => process.kill(pid, signal);
const sendToGroup = (signal: NodeJS.Signals) => (pid: number) => process.kill(-pid, signal);
const sendTwice = (pid: number) => [send('SIGTERM')(pid), send('SIGTERM')(pid)];

test.each([
  ['SIGTERM to npm alone', send('SIGTERM'), 0],
  ['SIGTERM to its group', sendToGroup('SIGTERM'), 0],
  ['SIGINT to npm alone', send('SIGINT'), 0],
  ['SIGINT to its group, as Ctrl-C sends it', sendToGroup('SIGINT'), 0],
  ['SIGTERM twice', sendTwice, 0],
  ['SIGKILL to npm', send('SIGKILL'), null],
] as const)(
  'npm start: %s leaves nothing running',
  async (_case, signal, expected) => {
    const dataDir = await ServiceProcess.newDataDir();
    const { npm, pid, url } = await npmStart(dataDir);
    await beset(url);
    const exited = once(npm, 'exit') as Promise<[number | null]>;
    const output = once(npm.stdout.resume(), 'close');
    signal(pid);
    expect((await exited)[0]).toBe(expected);
    // Whoever still runs holds the output open.
    await output;
    await rm(dataDir, { recursive: true, force: true });
  },
  60_000,
);
