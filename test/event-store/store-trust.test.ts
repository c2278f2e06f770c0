// A connection string whose TLS cannot work is refused at once, with what is wrong; to wait for the
// store would change nothing.
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreTlsError } from '../../src/event-store/errors.js';
import { demandTrust } from '../../src/event-store/store-trust.js';
import { newCredentials, type Credentials } from '../support/credentials.js';
import { Cleanup, startTestNode } from './nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let credentials: Credentials;
beforeAll(async () => {
  credentials = await newCredentials('localhost');
});

async function encryptedPort(): Promise<number> {
  const server = createServer({ ...credentials, ALPNProtocols: ['h2'] });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(async () => {
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

async function authority(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-trust-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.crt'), credentials.authority);
  return join(folder, 'ca.crt');
}

test('an authority that is not named is not trusted; one that is, is', async () => {
  const port = await encryptedPort();
  const url = `esdb://localhost:${port}?tls=true`;
  await expect(demandTrust(url)).rejects.toThrow(StoreTlsError);
  await expect(demandTrust(url)).rejects.toThrow(
    `leads to localhost:${port}, which is not trusted`,
  );
  await demandTrust(`${url}&tlsCAFile=${await authority()}`);
});

test('a certificate for another name is not trusted', async () => {
  const url = `esdb://127.0.0.1:${await encryptedPort()}?tls=true&tlsCAFile=${await authority()}`;
  await expect(demandTrust(url)).rejects.toThrow(/is not trusted/);
});

test('TLS on one side only is told as such', async () => {
  const plain = (await startTestNode(cleanup)).connectionString;
  await demandTrust(plain);
  await expect(demandTrust(plain.replace('tls=false', 'tls=true'))).rejects.toThrow(
    'add tls=false',
  );
  const encrypted = `esdb://localhost:${await encryptedPort()}?tls=false`;
  await expect(demandTrust(encrypted)).rejects.toThrow('speaks TLS: remove it');
});

test('a node that does not answer proves nothing, and one that is trusted is enough', async () => {
  const good = `localhost:${await encryptedPort()}`;
  const tls = `tls=true&tlsCAFile=${await authority()}`;
  await demandTrust(`esdb://localhost:1?${tls}`);
  await demandTrust(`esdb://localhost:1,127.0.0.1:${good.split(':')[1]},${good}?${tls}`);
});
