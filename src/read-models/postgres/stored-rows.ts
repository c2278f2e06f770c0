// Rows and tables of the read models as Postgres has them. JSON is kept as it was written (`json`, not
// `jsonb`): nothing is asked inside of it, and it need not be parsed to be stored.
import type { GenerationChange } from '../row-store.js';
import { type Generation, type Row, type TableDefinition, tableName } from '../table.js';
import type { Connection } from './database.js';

/** Keys are ordered by their bytes, as everywhere else in this program. */
const SQL_TYPES = { text: 'TEXT COLLATE "C"', integer: 'BIGINT', json: 'JSON' } as const;
const ARRAY_TYPES = { text: 'text[]', integer: 'bigint[]', json: 'text[]' } as const;

export function tableStatements(generation: Generation, table: TableDefinition): string {
  const name = tableName(generation);
  const columns = Object.entries(table.columns).map(
    ([column, type]) => `${column} ${SQL_TYPES[type]}${column === table.key ? ' PRIMARY KEY' : ''}`,
  );
  const indexes = (table.indexes ?? []).map(
    (list) => `CREATE INDEX ${name}_${list.join('_')} ON ${name} (${list.join(', ')});`,
  );
  return `CREATE TABLE ${name} (${columns.join(', ')}); ${indexes.join(' ')}`;
}

/** All rows of a change in two statements, however many they are. */
export async function writeRows(
  connection: Connection,
  { generation, table, rows }: GenerationChange,
): Promise<void> {
  const kept: Row[] = [];
  const removed: string[] = [];
  for (const [key, row] of rows) {
    if (row === null) removed.push(key);
    else kept.push(row);
  }
  if (removed.length > 0) {
    const remove = `DELETE FROM ${tableName(generation)} WHERE ${table.key} = ANY($1::text[])`;
    await connection.query(remove, [removed]);
  }
  if (kept.length > 0) await connection.query(upsertOf(generation, table), arraysOf(kept, table));
}

function upsertOf(generation: Generation, { key, columns }: TableDefinition): string {
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${ARRAY_TYPES[type]}`);
  const values = Object.entries(columns).map(([column, type]) =>
    type === 'json' ? `${column}::json` : column,
  );
  const updates = names.filter((name) => name !== key).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${tableName(generation)} (${names.join(', ')})
    SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS given (${names.join(', ')})
    ON CONFLICT (${key}) DO UPDATE SET ${updates.join(', ')}`;
}

function arraysOf(rows: readonly Row[], { columns }: TableDefinition): unknown[][] {
  return Object.entries(columns).map(([column, type]) =>
    rows.map((row) => (type === 'json' ? JSON.stringify(row[column]) : row[column])),
  );
}

/** A stored row with only the columns of its definition, in their order. */
export function decoded(stored: Readonly<Record<string, unknown>>, table: TableDefinition): Row {
  return Object.fromEntries(Object.keys(table.columns).map((column) => [column, stored[column]]));
}
