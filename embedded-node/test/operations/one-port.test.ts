// gRPC and plain HTTP on one port, as on the real server: what a client asks by HTTP goes to where
// its gRPC goes, and so do health checks that were written for the real server.
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { EventStoreDBClient } from '@eventstore/db-client';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { all, happened, newStream, numbers, series } from '../client/given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** How the client asks by HTTP, which it keeps for its own calls to older servers. */
type Ask = (
  method: string,
  path: string,
  options: { readonly transformError?: (code: number, message: string) => Error },
) => Promise<unknown>;

async function start(options: { readonly insecure?: boolean } = {}) {
  const node = await startNode({ ...options, httpPort: 0 });
  cleanup.add(() => node.stop());
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  const ask = Reflect.get(client, 'HTTPRequest') as Ask;
  return { node, client, ask };
}

describe.each([
  ['without TLS', true],
  ['with TLS', false],
])('a node %s', (_, insecure) => {
  test('answers a client by gRPC and by HTTP', async () => {
    const { client, ask } = await start({ insecure });
    const stream = newStream();
    await client.appendToStream(stream, series(3));
    expect(await numbers(client.readStream(stream))).toEqual([0, 1, 2]);
    const pinged = await ask('GET', '/ping', {});
    expect(pinged).toMatchObject({ text: 'Ping request successfully handled' });
    const lost = ask('POST', '/nowhere', {
      transformError: (code, message) => new Error(`${code} ${message}`),
    });
    await expect(lost).rejects.toThrow('404 Not Found');
    await client.appendToStream(stream, happened(3));
    expect(await all(client.readStream(stream))).toHaveLength(4);
  });

  test('stops while both are used', async () => {
    const { client, ask, node } = await start({ insecure });
    const following = client.subscribeToAll().resume();
    await once(following, 'caughtUp');
    const ended = once(following, 'error');
    await ask('GET', '/ping', {});
    await node.stop();
    await ended;
    const again = await startNode({ port: node.port, host: node.host, httpPort: 0 });
    await again.stop();
  });
});

test('whoever offers both protocols over TLS, as curl does, is answered by plain HTTP', async () => {
  const { node } = await start({ insecure: false });
  const ca = await readFile(node.caFile!);
  const socket = connectSecurely({
    host: node.host,
    port: node.port,
    ca,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  cleanup.add(() => Promise.resolve(socket.destroy()));
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.write('GET /health/live HTTP/1.1\r\nhost: here\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 204 /);
});

test('a beginning that comes letter by letter is waited for', async () => {
  const { node } = await start();
  const socket = connect(node.port, node.host);
  cleanup.add(() => Promise.resolve(socket.destroy()));
  await once(socket, 'connect');
  socket.setNoDelay();
  const answered = once(socket, 'data');
  for (const letter of 'PUT /ping HTTP/1.1\r\nhost: here\r\n\r\n') {
    await new Promise<void>((resolve) => socket.write(letter, () => resolve()));
  }
  const [answer] = (await answered) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 405 /);
});
