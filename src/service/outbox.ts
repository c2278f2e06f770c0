// The databases of what goes out of the shop: in Postgres where the read models are, otherwise each
// in a file of the data folder's outbox. In Postgres, instances claim what they send.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf } from '../errors/reason-of.js';
import type { Logger } from '../http/log.js';
import { type Claimant, claimantWithoutLock } from '../read-models/claimant.js';
import type { Database } from '../read-models/database.js';
import { LockedClaimant } from '../read-models/locked-claimant.js';
import { PostgresDatabase } from '../read-models/postgres.js';
import { postgresClaimLocks } from '../read-models/postgres-claim-locks.js';
import { SqliteDatabase } from '../read-models/sqlite.js';
import type { Time } from '../waiting/time.js';
import type { Config } from './config.js';
import { DataFolderError } from './data-folder.js';
import type { StartedParts } from './started-parts.js';

const LIMITS = { connections: 2, answerMs: 5_000 };

/** @throws DataFolderError */
export function makeOutbox({ dataDir }: Pick<Config, 'dataDir'>): string {
  const outbox = join(dataDir, 'outbox');
  try {
    mkdirSync(outbox, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataFolderError(`${outbox} cannot be used: ${reasonOf(error)}`);
  }
  return outbox;
}

/**
 * What was sent is written nowhere else, so a file that cannot be used is not replaced.
 *
 * @param prepare makes the tables, so that a file with other ones is refused
 * @throws DataFolderError
 */
export async function openOutboxDatabase(
  { databaseUrl, ...config }: Pick<Config, 'dataDir' | 'databaseUrl'>,
  fileName: string,
  prepare: (database: Database) => Promise<unknown>,
): Promise<Database> {
  if (databaseUrl !== undefined) return PostgresDatabase.open(databaseUrl, LIMITS);
  const path = join(makeOutbox(config), fileName);
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path);
    // That something is being handed over is on disk before it is. What is deleted is overwritten.
    file.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    const database = SqliteDatabase.on(file);
    await prepare(database);
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    file?.close();
    throw new DataFolderError(`${path} cannot be used: ${reasonOf(error)}`);
  }
}

/** What makes the claimant of a table. Instances that share Postgres have one claimant for all. */
export type ClaimantOf = (database: Database) => Claimant;

export function startClaimants(
  { databaseUrl: connectionString }: Pick<Config, 'databaseUrl'>,
  { time, log }: { readonly time: Time; readonly log: Pick<Logger, 'warn'> },
  parts: StartedParts,
): ClaimantOf {
  if (connectionString === undefined) {
    return (database) => claimantWithoutLock(time.newId(), database, true);
  }
  const onFault = (err: unknown) => log.warn({ err }, 'mails and webhooks are sent later');
  const locks = postgresClaimLocks(connectionString);
  const claimant = new LockedClaimant({ locks, time, onFault });
  parts.add('claimant', () => claimant.close());
  return () => claimant;
}
