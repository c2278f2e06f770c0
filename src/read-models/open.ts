// Opens the database of the read models: Postgres when a URL is set, otherwise a SQLite file in the
// data folder. All other code is the same for both.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, ReadOnlyDatabase } from './database.js';
import { migrate } from './migrations.js';
import { PostgresDatabase, PostgresSnapshot } from './postgres.js';
import { PostgresRole } from './postgres-role.js';
import { ANSWER_MS, openSession } from './postgres-session.js';
import { ReadModels } from './read-models.js';
import { RowReader } from './row-reader.js';
import { RowStore } from './row-store.js';
import { FILE_NAME, SqliteDatabase } from './sqlite.js';

export interface ReadModelPlace {
  readonly dataDir: string;
  readonly databaseUrl?: string;
}

const WRITING = { connections: 4 };
const QUERYING = { connections: 10, answerMs: ANSWER_MS };

/**
 * For writing.
 *
 * @throws ReadModelsUnavailableError; UnfitDatabaseError, before anything is written
 */
export async function openRowStore({ dataDir, databaseUrl }: ReadModelPlace): Promise<RowStore> {
  if (databaseUrl === undefined) return new RowStore(await migrated(SqliteDatabase.open(dataDir)));
  await (await openSession(databaseUrl)).end();
  const database = await migrated(PostgresDatabase.open(databaseUrl, WRITING));
  return new RowStore(database, new PostgresRole(databaseUrl));
}

/**
 * For comparisons: all reads see one moment. Undefined when no service has created read models.
 *
 * @throws ReadModelsUnavailableError
 */
export async function openRowSnapshot({
  dataDir,
  databaseUrl,
}: ReadModelPlace): Promise<RowReader | undefined> {
  if (databaseUrl !== undefined) {
    await (await migrated(PostgresDatabase.open(databaseUrl, WRITING))).close();
    return new RowReader(await PostgresSnapshot.open(databaseUrl));
  }
  if (!existsSync(join(dataDir, FILE_NAME))) return undefined;
  return new RowReader(SqliteDatabase.openSnapshot(dataDir));
}

/**
 * For queries.
 *
 * @throws ReadModelsUnavailableError, also when no projector has created a file yet
 */
export async function openReadModels(place: ReadModelPlace): Promise<ReadModels> {
  return new ReadModels(await openForQueries(place));
}

/** A SQLite file gets a separate connection, so that queries never wait for the projector. */
async function openForQueries({ dataDir, databaseUrl }: ReadModelPlace): Promise<ReadOnlyDatabase> {
  return databaseUrl === undefined
    ? SqliteDatabase.openForReading(dataDir)
    : migrated(PostgresDatabase.open(databaseUrl, QUERYING));
}

async function migrated<Opened extends Database>(database: Opened): Promise<Opened> {
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
