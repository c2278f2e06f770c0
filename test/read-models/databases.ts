// The databases of the read models in tests: a SQLite file of a test's own, and a database of its
// own in a Postgres that the tests of one file share. Where Postgres cannot run, its suites skip
// and say why.
import { afterAll, beforeAll, describe } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ReadModelPlace } from '../../src/read-models/open.js';
import type { Database } from '../../src/read-models/database.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { FILE_NAME, SqliteDatabase } from '../../src/read-models/sqlite.js';
import type { Cleanup } from '../event-store/nodes.js';
import { PostgresServer, whyNoPostgres } from './postgres-server.js';

export function describeOnPostgres(name: string, body: () => void): void {
  if (whyNoPostgres === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${whyNoPostgres})`, body);
}

/** Starts one server for the tests of a file. @returns makes a new database; its URL */
export function sharedPostgres(): (options?: string) => Promise<string> {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    if (whyNoPostgres === undefined) server = await PostgresServer.start();
  }, 60_000);
  afterAll(() => server?.remove());
  return (options) => {
    if (server === undefined) throw new Error('The shared Postgres has not started');
    return server.database(options);
  };
}

/** One way to open each database. */
export interface OnBoth<Opened> {
  readonly SQLite: () => Promise<Opened>;
  readonly Postgres: () => Promise<Opened>;
}

/** Describes one suite on each database. @param title `%s` stands for the database's name */
export function describeOnBoth<Opened>(
  title: string,
  { SQLite, Postgres }: OnBoth<Opened>,
  body: (open: () => Promise<Opened>, name: keyof OnBoth<Opened>) => void,
): void {
  describe(title.replace('%s', 'SQLite'), () => body(SQLite, 'SQLite'));
  describeOnPostgres(title.replace('%s', 'Postgres'), () => body(Postgres, 'Postgres'));
}

/** Empty read models, each test's own. */
export function newPlaces(cleanup: Cleanup): OnBoth<ReadModelPlace> {
  const newDatabase = sharedPostgres();
  const SQLite = async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-rows-'));
    cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
    return { dataDir };
  };
  const Postgres = async () => ({ ...(await SQLite()), databaseUrl: await newDatabase() });
  return { SQLite, Postgres };
}

/**
 * Empty databases, each test's own, as instances open them: in Postgres, each over connections of
 * its own.
 */
export function newDatabases(cleanup: Cleanup): OnBoth<() => Database> {
  const newDatabase = sharedPostgres();
  return {
    SQLite: () => {
      const database = SqliteDatabase.on(new DatabaseSync(':memory:'));
      return Promise.resolve(() => database);
    },
    Postgres: async () => {
      const url = await newDatabase();
      return () => {
        const database = PostgresDatabase.open(url, { connections: 2, answerMs: 5_000 });
        cleanup.add(() => database.close());
        return database;
      };
    },
  };
}

/** Runs statements beside the service, as an earlier release or an operator does. */
export async function runSql(
  { dataDir, databaseUrl }: ReadModelPlace,
  statements: string,
): Promise<void> {
  if (databaseUrl === undefined) {
    const file = new DatabaseSync(join(dataDir, FILE_NAME));
    file.exec(statements);
    file.close();
    return;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(statements);
  await client.end();
}
