// Handles a read-model file that is damaged or not ours. The log has everything in it, so the file
// is moved aside for analysis and the read models are rebuilt.
import { reasonOf } from '../errors/reason-of.js';
import { obstacleAt, putAside } from '../files/put-aside.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, ReadOnlyDatabase } from './database.js';
import { readGenerations } from './generations.js';
import { readPlace } from './log-place.js';
import { migrate } from './migrations.js';
import { damagedRow } from './row-sums.js';
import { FILE_NAME, SqliteDatabase } from './sqlite.js';
import { tableName } from './table.js';
import type { ReadModelPlace } from './open.js';
import { MissingColumnError, MissingTableError } from './unavailable.js';

/** Checking a larger file would delay the start; its damage shows when it is read. */
const CHECKED_BYTES = 64 * 1024 * 1024;

const MAX_FINDINGS = 20;

/** Errors that mean a useless file; https://www.sqlite.org/rescode.html. */
const DAMAGE: ReadonlySet<number> = new Set([
  1, // SQL error: the tables are not ours, as for MissingTableError
  11, // corrupt
  19, // constraint: the rows are not ours
  26, // not a database
]);

/**
 * What is wrong in the file itself, such as an index that lacks a row: each row can be as its fold,
 * and a list still leaves one out.
 *
 * @throws ReadModelsUnavailableError
 */
export async function fileFindings({ dataDir, databaseUrl }: ReadModelPlace): Promise<string[]> {
  if (databaseUrl !== undefined || !existsSync(join(dataDir, FILE_NAME))) return [];
  const snapshot = SqliteDatabase.openSnapshot(dataDir);
  try {
    const findings = await integrity(snapshot, MAX_FINDINGS);
    return findings.map((words) => `${FILE_NAME}: ${words}`);
  } finally {
    await snapshot.close();
  }
}

/** Empty for a sound file. */
async function integrity(database: ReadOnlyDatabase, most: number): Promise<string[]> {
  const found = await database.query<{ integrity_check: string }>(
    `PRAGMA integrity_check(${most})`,
  );
  return found.map((row) => row.integrity_check).filter((finding) => finding !== 'ok');
}

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
  const tables = (await readGenerations(database)).map(tableName);
  for (const table of tables) await database.query(`SELECT * FROM ${table} LIMIT 1`);
  if (bytes > CHECKED_BYTES) return undefined;
  const found = await integrity(database, 1);
  if (found.length > 0) return found[0];
  for (const table of tables) {
    const damage = await damagedRow(database, table);
    if (damage !== undefined) return damage;
  }
  return undefined;
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
