// TLS: certificates that are made, kept, made anew, or given; and who connects by them.
import { afterEach, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { once } from 'node:events';
import { EventStoreDBClient } from '@eventstore/db-client';
import { tlsIdentity } from '../../src/security/certificates.js';
import { startNode } from '../../src/server/node.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { admin, countOf, happened, newFolder, newStream, SecureNode } from './given.js';
import { CertificateError } from '../../src/errors.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const nowMs = Date.now();
const yearMs = 365 * 24 * 60 * 60 * 1000;
const made = (dataDir: string, host = '127.0.0.1', atMs = nowMs) =>
  tlsIdentity({}, dataDir, host, atMs);

describe('certificates that are made', () => {
  test('are for this machine by every name, signed by a CA that lies beside', async () => {
    const dataDir = await newFolder(cleanup);
    const { cert, caFile } = await made(dataDir);
    const node = new X509Certificate(cert);
    const ca = new X509Certificate(await readFile(join(dataDir, 'certs', 'ca.crt')));
    expect(caFile).toBe(join(dataDir, 'certs', 'ca.crt'));
    expect(ca.ca).toBe(true);
    expect(node.ca).toBe(false);
    expect(node.checkIssued(ca)).toBe(true);
    expect(node.verify(ca.publicKey)).toBe(true);
    expect(node.checkHost('localhost')).toBeDefined();
    expect(node.checkHost(hostname())).toBeDefined();
    expect(node.checkIP('127.0.0.1')).toBeDefined();
    expect(node.checkIP('::1')).toBeDefined();
    expect(node.checkHost('elsewhere.example')).toBeUndefined();
  });

  test('have a key that only its owner can read', async () => {
    const dataDir = await newFolder(cleanup);
    await made(dataDir);
    const { mode } = await stat(join(dataDir, 'certs', 'node.key'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('are kept', async () => {
    const dataDir = await newFolder(cleanup);
    const first = await made(dataDir);
    expect((await made(dataDir)).cert).toBe(first.cert);
    expect((await made(dataDir, '127.0.0.1', nowMs + 9 * yearMs)).cert).toBe(first.cert);
  });

  test('are made anew for another name, and before they expire', async () => {
    const dataDir = await newFolder(cleanup);
    const first = await made(dataDir);
    const renamed = await made(dataDir, 'shop.example');
    expect(new X509Certificate(renamed.cert).checkHost('shop.example')).toBeDefined();
    expect(renamed.cert).not.toBe(first.cert);
    const renewed = await made(dataDir, 'shop.example', nowMs + 10 * yearMs);
    expect(renewed.cert).not.toBe(renamed.cert);
  });

  test.each(['ca.crt', 'node.crt', 'node.key'])(
    'are made anew when the end of a process has left half of %s',
    async (name) => {
      const dataDir = await newFolder(cleanup);
      const first = await made(dataDir);
      await truncate(join(dataDir, 'certs', name), 100);
      const again = await made(dataDir);
      expect(again.cert).not.toBe(first.cert);
      expect((await made(dataDir)).cert).toBe(again.cert);
    },
  );

  test('for a log in memory go with their node', async () => {
    const { node } = await SecureNode.start(cleanup);
    const folder = dirname(node.caFile ?? '');
    expect(existsSync(folder)).toBe(true);
    await node.stop();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('certificates that are given', () => {
  test('are the node’s own, and nothing is made', async () => {
    const elsewhere = await newFolder(cleanup);
    await made(elsewhere);
    const dataDir = await newFolder(cleanup);
    const certs = join(elsewhere, 'certs');
    const node = await startNode({
      insecure: false,
      dataDir,
      security: { certFile: join(certs, 'node.crt'), keyFile: join(certs, 'node.key') },
    });
    cleanup.add(() => node.stop());
    expect(node.caFile).toBeUndefined();
    expect(existsSync(join(dataDir, 'certs'))).toBe(false);
    const client = EventStoreDBClient.connectionString(
      `esdb://admin:changeit@localhost:${node.port}?tls=true&tlsCAFile=${join(certs, 'ca.crt')}`,
    );
    cleanup.add(() => client.dispose());
    await client.appendToStream(newStream(), happened());
  });

  test('must be a certificate and its key', async () => {
    const folder = await newFolder(cleanup);
    await made(folder);
    const other = await newFolder(cleanup);
    await made(other);
    const certFile = join(folder, 'certs', 'node.crt');
    const keyFile = join(other, 'certs', 'node.key');
    const nonsense = join(folder, 'nonsense');
    await writeFile(nonsense, 'nonsense');
    for (const given of [
      { certFile },
      { keyFile },
      { certFile, keyFile },
      { certFile: nonsense, keyFile },
      { certFile, keyFile: nonsense },
      { certFile: join(folder, 'absent'), keyFile },
    ]) {
      const starting = startNode({ insecure: false, security: given });
      await expect(starting).rejects.toBeInstanceOf(CertificateError);
    }
  });
});

describe('a secure node', () => {
  test('may listen on any address, and says by which name it is reached', async () => {
    const secure = await SecureNode.start(cleanup, { host: '0.0.0.0' });
    expect(secure.node.connectionString).toContain(`@${hostname()}:${secure.node.port}?tls=true`);
    const { caFile = '', port } = secure.node;
    const client = EventStoreDBClient.connectionString(
      `esdb://admin:changeit@localhost:${port}?tls=true&tlsCAFile=${caFile}`,
    );
    cleanup.add(() => client.dispose());
    await client.appendToStream(newStream(), happened());
  });

  test('is found by gossip, over TLS', async () => {
    const { node } = await SecureNode.start(cleanup);
    const discovering = node.connectionString.replace('esdb://', 'esdb+discover://');
    const client = EventStoreDBClient.connectionString(discovering);
    cleanup.add(() => client.dispose());
    const stream = newStream();
    await client.appendToStream(stream, happened());
    expect(await countOf(client.readStream(stream))).toBe(1);
  });

  test('speaks no TLS older than 1.2', async () => {
    const { node } = await SecureNode.start(cleanup);
    const socket = connect({ port: node.port, host: node.host, maxVersion: 'TLSv1.1' });
    cleanup.add(() => Promise.resolve(socket.destroy()));
    await expect(once(socket, 'secureConnect')).rejects.toThrow();
  });

  test('is not spoken to by a client that does not trust its CA, nor without TLS', async () => {
    const { node } = await SecureNode.start(cleanup);
    const address = `${node.host}:${node.port}`;
    for (const connection of [
      `esdb://admin:changeit@${address}?tls=true`,
      `esdb://${address}?tls=false`,
    ]) {
      const client = EventStoreDBClient.connectionString(connection);
      cleanup.add(() => client.dispose());
      await expect(client.appendToStream(newStream(), happened())).rejects.toThrow();
    }
  });

  test('answers for its health over TLS, and with what it counts to its users', async () => {
    const { node } = await SecureNode.start(cleanup, { httpPort: 0 });
    const ca = await readFile(node.caFile ?? '');
    const statusOf = async (path: string, auth?: string) => {
      const asked = get({ host: node.host, port: node.httpPort, path, ca, auth });
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await statusOf('/health/live')).toBe(204);
    expect(await statusOf('/stats')).toBe(401);
    expect(await statusOf('/stats', 'ops:wrong')).toBe(401);
    expect(await statusOf('/stats', 'ops:changeit')).toBe(200);
  });

  test('lets nobody in by the credentials of another node', async () => {
    const own = { adminPassword: 'of this one only' };
    const secure = await SecureNode.start(cleanup, { security: own });
    const client = secure.as(admin);
    await expect(countOf(client.readAll({ maxCount: 1 }))).rejects.toMatchObject({ code: 16 });
    const right = EventStoreDBClient.connectionString(secure.node.connectionString);
    cleanup.add(() => right.dispose());
    expect(await countOf(right.readAll({ maxCount: 1 }))).toBe(1);
  });
});
