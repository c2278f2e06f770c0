// A Postgres that speaks TLS: what the modes of the URL trust, on connections and in a pool.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverUrlOf } from '../../src/read-models/database-url.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import { openClient } from '../../src/read-models/postgres-session.js';
import { DatabaseTlsError, ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';
import { retryWhileUnavailable } from '../../src/service/retry-while-unavailable.js';
import { newCredentials } from '../support/credentials.js';
import { describeOnPostgres } from './databases.js';
import { PostgresServer } from './postgres-server.js';

describeOnPostgres('Postgres with TLS', () => {
  let server: PostgresServer;
  let folder: string;
  let authority: string;
  let url: string;
  beforeAll(async () => {
    const credentials = await newCredentials('localhost');
    server = await PostgresServer.start(credentials);
    folder = await mkdtemp(join(tmpdir(), 'cartograph-tls-'));
    authority = join(folder, 'authority.pem');
    await writeFile(authority, credentials.authority);
    url = await server.database();
  });
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true });
  });

  const by = (query: string, host = 'localhost') =>
    driverUrlOf(`${url.replace('127.0.0.1', host)}?${query}`);

  async function isEncrypted(databaseUrl: string): Promise<boolean> {
    const client = await openClient(databaseUrl);
    try {
      const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      const { rows } = await client.query<{ ssl: number }>(sql);
      return rows[0]?.ssl === 1;
    } finally {
      await client.end();
    }
  }

  test.each(['verify-full', 'verify-ca', 'require', 'prefer', 'allow'])(
    '%s trusts the authority that is named, and no other one',
    async (mode) => {
      expect(await isEncrypted(by(`sslmode=${mode}&sslrootcert=${authority}`))).toBe(true);
      await expect(isEncrypted(by(`sslmode=${mode}`))).rejects.toThrow(ReadModelsUnavailableError);
      await expect(isEncrypted(by(`sslmode=${mode}`))).rejects.toThrow(/certificate/);
    },
  );

  test('a certificate for another name is not trusted', async () => {
    const other = by(`sslmode=require&sslrootcert=${authority}`, '127.0.0.1');
    await expect(isEncrypted(other)).rejects.toThrow(/certificate/);
  });

  test('a start does not wait for a certificate that is not trusted', async () => {
    let attempts = 0;
    const ask = () => {
      attempts += 1;
      return openReadModels({ dataDir: '', databaseUrl: by('sslmode=verify-full') });
    };
    const log = { warn: () => undefined };
    await expect(retryWhileUnavailable('', log, ask)).rejects.toThrow(DatabaseTlsError);
    expect(attempts).toBe(1);
  });

  test('no-verify encrypts, disable does not, and libpq’s own require does', async () => {
    expect(await isEncrypted(by('sslmode=no-verify'))).toBe(true);
    expect(await isEncrypted(by('sslmode=disable'))).toBe(false);
    expect(await isEncrypted(by('sslmode=require&uselibpqcompat=true'))).toBe(true);
  });

  test('read models are opened, read, and closed within a second', async () => {
    const databaseUrl = by(`sslmode=require&sslrootcert=${authority}`);
    const rows = await openRowStore({ dataDir: '', databaseUrl });
    const held = await rows.holdRole(new AbortController().signal);
    const reads = await openReadModels({ dataDir: '', databaseUrl });
    expect(await rows.generations()).toEqual([]);
    expect(await reads.replayRecords.list(1, 0)).toEqual([]);
    await Promise.all([rows.close(), reads.close()]);
    expect(held.aborted).toBe(true);
  });
});
