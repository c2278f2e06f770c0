// Handles a read-model file that is damaged or not ours. The log has everything in it, so the file
// is moved aside for analysis and the read models are rebuilt.
import { reasonOf } from '../errors/reason-of.js';
import { obstacleAt, putAside } from '../files/put-aside.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './database.js';
import { readGenerations } from './generations.js';
import { readPlace } from './log-place.js';
import { migrate } from './migrations.js';
import { FILE_NAME, SqliteDatabase } from './sqlite.js';
import { tableName } from './table.js';
import { MissingColumnError, MissingTableError } from './unavailable.js';

/** Checking a larger file would delay the start; its damage shows when it is read. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/** Errors that mean a useless file; https://www.sqlite.org/rescode.html. */
const DAMAGE: ReadonlySet<number> = new Set([
  1, // SQL error: the tables are not ours, as for MissingTableError
  11, // corrupt
  19, // constraint: the rows are not ours
  26, // not a database
]);

export interface PutAside {
  readonly file: string;
  readonly as: string;
  readonly reason: string;
}

/**
 * @throws SQLite's error for a sound file that cannot be opened, for example for lack of permission
 */
export async function putAsideIfDamaged(dataDir: string): Promise<PutAside | undefined> {
  const file = join(dataDir, FILE_NAME);
  const reason = obstacleAt(file) ?? (await damageOf(dataDir, file));
  if (reason === undefined) return undefined;
  return { file, as: putAside(file), reason };
}

async function damageOf(dataDir: string, file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const database = SqliteDatabase.open(dataDir);
    try {
      return await contentDamage(database, statSync(file).size);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return reasonOf(error);
  }
}

async function contentDamage(database: Database, bytes: number): Promise<string | undefined> {
  await migrate(database);
  await readPlace(database);
  for (const generation of await readGenerations(database)) {
    await database.query(`SELECT * FROM ${tableName(generation)} LIMIT 1`);
  }
  if (bytes > CHECKED_BYTES) return undefined;
  const [check] = await database.query<{ quick_check: string }>('PRAGMA quick_check(1)');
  return check?.quick_check === 'ok' ? undefined : (check?.quick_check ?? 'no answer');
}

/**
 * Other errors than SQLite's come from content that is not ours, such as a checkpoint that is not a
 * number.
 */
function isDamage(error: unknown): boolean {
  if (error instanceof MissingTableError || error instanceof MissingColumnError) return true;
  const code = sqliteCodeOf(error);
  if (code !== undefined) return DAMAGE.has(code);
  return error instanceof SyntaxError || error instanceof RangeError;
}
