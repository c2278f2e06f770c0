// A connection string that names several nodes: any of them that answers tells who leads, and where
// none does, the store is away.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { Cleanup, connectTestStore, startTestNode } from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function append(store: EventStore) {
  const metadata = { schemaVersion: 1, occurredAt: '2026-11-01T08:00:00.000Z' };
  const event = { id: randomUUID(), type: 'Noted', data: {}, metadata };
  return store.append('note-1', [event], 'no_stream');
}

test.each(['esdb', 'esdb+discover'])('%s: the first node is away', async (scheme) => {
  const { port } = await startTestNode(cleanup);
  const hosts = `127.0.0.1:${await deadPort()},127.0.0.1:${port}`;
  const store = connectTestStore(cleanup, `${scheme}://${hosts}?tls=false`);
  expect((await append(store)).revision).toBe(0);
  expect(await store.headPosition()).toBeGreaterThan(0n);
});

test.each(['one', 'one,two'])('every node of %s is away', async (names) => {
  const port = await deadPort();
  const hosts = names.replace(/\w+/g, `127.0.0.1:${port}`);
  const store = connectTestStore(cleanup, `esdb+discover://${hosts}?tls=false`);
  await expect(append(store)).rejects.toThrow(StoreUnavailableError);
  await expect(store.headPosition()).rejects.toThrow(StoreUnavailableError);
});
