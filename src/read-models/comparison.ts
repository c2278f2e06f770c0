// Compares two generations of a read model inside the database: equal rows, nearly all of them,
// never leave it.
import type { Statements } from './database.js';
import { type Generation, type TableDefinition, tableName } from './table.js';

export interface GenerationComparison {
  /** Number of keys in either generation. */
  readonly rows: number;
  /** Keys whose rows differ or exist in only one generation, in key order. */
  readonly differing: readonly string[];
}

/** Null when one of the generations lacks columns of `table`. */
export async function compareGenerations(
  statements: Statements,
  one: Generation,
  other: Generation,
  table: TableDefinition,
): Promise<GenerationComparison | null> {
  for (const each of [one, other]) {
    if ((await missingColumns(statements, each, table)).length > 0) return null;
  }
  const only = onlyInOther(one, other, table, 'count(*)');
  const [counted] = await statements.query<{ count: number }>(
    `SELECT (SELECT count(*) FROM ${tableName(one)}) + (${only}) AS count`,
  );
  const differing = await statements.query<{ key: string }>(differingKeys(one, other, table));
  return { rows: counted?.count ?? 0, differing: differing.map(({ key }) => key) };
}

/** Columns that the generation should have and does not: all of them where its table is gone. */
export async function missingColumns(
  statements: Pick<Statements, 'columnsOf'>,
  generation: Generation,
  table: TableDefinition,
): Promise<readonly string[]> {
  const found = await statements.columnsOf(tableName(generation));
  return Object.keys(table.columns).filter((column) => !found.includes(column));
}

function differingKeys(one: Generation, other: Generation, table: TableDefinition): string {
  const { key, columns } = table;
  // Postgres cannot compare the JSON type, but its text is stored as written.
  const value = (side: string, column: string) =>
    columns[column] === 'json' ? `CAST(${side}.${column} AS TEXT)` : `${side}.${column}`;
  const differs = Object.keys(columns).map(
    (column) => `${value('one', column)} IS DISTINCT FROM ${value('other', column)}`,
  );
  return `
    SELECT one.${key} AS key FROM ${tableName(one)} one
      LEFT JOIN ${tableName(other)} other ON other.${key} = one.${key}
      WHERE ${differs.join(' OR ')}
    UNION ALL ${onlyInOther(one, other, table, `other.${key}`)}
    ORDER BY 1`;
}

function onlyInOther(
  one: Generation,
  other: Generation,
  { key }: TableDefinition,
  what: string,
): string {
  return `SELECT ${what} FROM ${tableName(other)} other
      WHERE NOT EXISTS (SELECT 1 FROM ${tableName(one)} one WHERE one.${key} = other.${key})`;
}
