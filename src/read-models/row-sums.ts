// A sum of each row in a SQLite file. SQLite has no checksums: a bit that flips at rest would be
// served as a price. Postgres has its own (`initdb --data-checksums`).
import { crc32 } from 'node:zlib';
import type { Database, Statements, Value } from './database.js';
import { readGenerations } from './generations.js';
import { type Row, tableName } from './table.js';

/** Null in a row of a build before there were sums: nothing is known of it. */
export const ROW_SUM = 'row_sum';

const PAGE = 500;

/** The order of the columns does not matter. One that is null counts as one that is not there. */
export function sumOfRow(columns: Iterable<readonly [name: string, value: Value]>): number {
  let sum = 0;
  for (const [name, value] of columns) {
    if (value !== null) sum = (sum + crc32(`${name}=${value}`)) >>> 0;
  }
  return sum;
}

/**
 * For the tables of builds before there were sums. They may come back: such a build can use the
 * file again, and fill another generation.
 */
export async function addRowSums(database: Database): Promise<void> {
  const { rowSum, types } = database.dialect;
  if (rowSum === undefined || (await tablesWithout(database, rowSum)).length === 0) return;
  await database.restructure(async (statements) => {
    for (const table of await tablesWithout(statements, rowSum)) {
      await statements.execute(`ALTER TABLE ${table} ADD COLUMN ${rowSum} ${types.integer}`);
    }
  });
}

async function tablesWithout(statements: Statements, column: string): Promise<string[]> {
  const without: string[] = [];
  for (const generation of await readGenerations(statements)) {
    const table = tableName(generation);
    const columns = await statements.columnsOf(table);
    if (columns.length > 0 && !columns.includes(column)) without.push(table);
  }
  return without;
}

/** The first row of the table whose sum is another than it was written with, in words. */
export async function damagedRow(
  statements: Statements,
  table: string,
): Promise<string | undefined> {
  const [end] = await statements.query<{ most: number | null }>(
    `SELECT max(rowid) AS most FROM ${table}`,
  );
  for (let begin = 0; begin <= (end?.most ?? 0); begin += PAGE) {
    const rows = await statements.query<Row>(
      `SELECT * FROM ${table} WHERE rowid >= $1 AND rowid < $2`,
      [begin, begin + PAGE],
    );
    const damaged = rows.find((row) => !isSound(row as Readonly<Record<string, Value>>));
    if (damaged !== undefined) return `a row of ${table} is not as it was written`;
  }
  return undefined;
}

function isSound({ [ROW_SUM]: sum = null, ...columns }: Readonly<Record<string, Value>>): boolean {
  return sum === null || sum === sumOfRow(Object.entries(columns));
}
