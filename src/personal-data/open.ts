// Opens the keys of people: in Postgres where the read models are, otherwise in a file of the data
// folder. With Postgres, the file is there for the time when Postgres is away.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf } from '../errors/reason-of.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import type { Database } from '../read-models/database.js';
import { PostgresDatabase } from '../read-models/postgres.js';
import { OF_CHECKOUT } from '../read-models/postgres-session.js';
import { SqliteDatabase } from '../read-models/sqlite.js';
import type { Time } from '../waiting/time.js';
import { PersonKeys } from './person-keys.js';
import { PersonalData, type PersonalDataOptions } from './personal-data.js';

/** Nothing can be made again from the log: a start without the keys would lose them unnoticed. */
export class PersonKeysFileError extends Error {
  override readonly name = 'PersonKeysFileError';
}

export interface PersonalDataPlace {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly secret: Buffer;
}

const LIMITS = { connections: 2, ...OF_CHECKOUT };
const BUSY_MS = 5_000;

/** @throws PersonKeysFileError; ReadModelsUnavailableError */
export async function openPersonalData(
  { dataDir, databaseUrl, secret }: PersonalDataPlace,
  time: Time,
): Promise<PersonalData> {
  const own = await openFile(dataDir);
  const options = { secret, time, randomBytes };
  if (databaseUrl === undefined) return new PersonalData({ ...options, keys: own });
  const shared = PostgresDatabase.open(databaseUrl, LIMITS);
  try {
    return await withSharedKeys(shared, own, options);
  } catch (error) {
    await Promise.all([own.close(), shared.close()]);
    throw error;
  }
}

/**
 * @param own the keys of this instance alone, for the time when the shared ones are away
 * @throws ReadModelsUnavailableError
 */
export async function withSharedKeys(
  shared: Database,
  own: PersonKeys,
  options: Omit<PersonalDataOptions, 'keys' | 'spare'>,
): Promise<PersonalData> {
  const keys = await PersonKeys.on(shared);
  const people = new PersonalData({ ...options, keys, spare: own });
  await people.handOver();
  return people;
}

async function openFile(dataDir: string): Promise<PersonKeys> {
  const folder = join(dataDir, 'keys');
  const path = join(folder, 'people.sqlite');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path);
    // A key is on disk before the log has what it encrypts. What is deleted is overwritten, and no
    // write-ahead log keeps a copy.
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = DELETE;
       PRAGMA synchronous = FULL; PRAGMA secure_delete = ON`,
    );
    const keys = await PersonKeys.on(SqliteDatabase.on(database));
    await keys.all();
    chmodSync(path, 0o600);
    return keys;
  } catch (error) {
    database?.close();
    const isAbout = sqliteCodeOf(error) !== undefined || isOfSystem(error);
    if (!isAbout) throw error;
    throw new PersonKeysFileError(`${path} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
