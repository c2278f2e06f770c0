// A read-model file that is damaged, or is no file of ours. It holds nothing that the log does not, so it
// is put aside, for somebody to look at, and the read models are made anew.
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { tableName } from '../table.js';
import { FILE_NAME, openForWriting } from './database.js';
import { readGenerations } from './generations.js';
import { readPlace } from './log-place.js';

/** Reading all of a larger file would hold up the start; damage in one shows when it is met. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/** What says of a file that it is no use; https://www.sqlite.org/rescode.html. */
const DAMAGE: ReadonlySet<number> = new Set([
  1, // SQL error: the tables are not ours
  11, // corrupt
  19, // constraint: the rows are not ours
  26, // not a database
]);

export interface PutAside {
  readonly file: string;
  readonly as: string;
  readonly reason: string;
}

/** @throws what SQLite says of a file that is sound but cannot be opened, such as a missing right */
export function putAsideIfDamaged(dataDir: string): PutAside | undefined {
  const file = join(dataDir, FILE_NAME);
  if (!existsSync(file)) return undefined;
  const reason = damageOf(dataDir, file);
  if (reason === undefined) return undefined;
  const as = `${file}.damaged-${Date.now()}`;
  for (const end of ['', '-wal', '-shm']) {
    if (existsSync(file + end)) renameSync(file + end, as + end);
  }
  return { file, as, reason };
}

function damageOf(dataDir: string, file: string): string | undefined {
  if (statSync(file).isDirectory()) return 'it is a folder';
  try {
    const database = openForWriting(dataDir);
    try {
      return contentDamage(database, statSync(file).size);
    } finally {
      database.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function contentDamage(database: DatabaseSync, bytes: number): string | undefined {
  readPlace(database);
  for (const generation of readGenerations(database)) {
    database.prepare(`SELECT * FROM ${tableName(generation)} LIMIT 1`).get();
  }
  if (bytes > CHECKED_BYTES) return undefined;
  const found = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
  return found === 'ok' ? undefined : found;
}

/** Whatever is no error of SQLite comes from content that is not ours, such as a checkpoint that is no number. */
function isDamage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) {
    return error instanceof SyntaxError || error instanceof RangeError;
  }
  return DAMAGE.has(Number(error.errcode) & 0xff);
}
