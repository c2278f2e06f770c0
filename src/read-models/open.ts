// Which database holds the read models: Postgres where a URL names one, else a file in the data
// folder. Everything beyond this is the same for both.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresReadModels } from './postgres/read-models.js';
import { PostgresRowStore } from './postgres/row-store.js';
import type { ReadModels } from './read-models.js';
import type { RowStore } from './row-store.js';
import { FILE_NAME } from './sqlite/database.js';
import { SqliteReadModels } from './sqlite/read-models.js';
import { SqliteRowStore } from './sqlite/row-store.js';

export interface ReadModelPlace {
  readonly dataDir: string;
  readonly databaseUrl?: string;
}

/** For writing. @throws ReadModelsUnavailableError */
export function openRowStore({ dataDir, databaseUrl }: ReadModelPlace): Promise<RowStore> {
  return databaseUrl === undefined
    ? Promise.resolve(SqliteRowStore.open(dataDir))
    : PostgresRowStore.open(databaseUrl);
}

/**
 * For comparing: all that is read comes from one moment. Undefined where nothing has ever served.
 * @throws ReadModelsUnavailableError
 */
export async function openRowSnapshot({
  dataDir,
  databaseUrl,
}: ReadModelPlace): Promise<RowStore | undefined> {
  if (databaseUrl !== undefined) return PostgresRowStore.openSnapshot(databaseUrl);
  if (!existsSync(join(dataDir, FILE_NAME))) return undefined;
  return SqliteRowStore.openSnapshot(dataDir);
}

/** For queries. @throws ReadModelsUnavailableError */
export function openReadModels({ dataDir, databaseUrl }: ReadModelPlace): Promise<ReadModels> {
  return databaseUrl === undefined
    ? Promise.resolve(SqliteReadModels.open(dataDir))
    : PostgresReadModels.open(databaseUrl);
}
