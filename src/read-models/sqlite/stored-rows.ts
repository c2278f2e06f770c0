// Rows and tables of the read models as SQLite has them: JSON columns hold text there.
import type { SQLInputValue } from 'node:sqlite';
import { type Generation, type Row, type TableDefinition, tableName } from '../table.js';

const SQL_TYPES = { text: 'TEXT', integer: 'INTEGER', json: 'TEXT' } as const;

export function tableStatements(generation: Generation, table: TableDefinition): string {
  const name = tableName(generation);
  const columns = Object.entries(table.columns).map(
    ([column, type]) => `${column} ${SQL_TYPES[type]}${column === table.key ? ' PRIMARY KEY' : ''}`,
  );
  const indexes = (table.indexes ?? []).map(
    (list) => `CREATE INDEX ${name}_${list.join('_')} ON ${name} (${list.join(', ')});`,
  );
  return `CREATE TABLE ${name} (${columns.join(', ')}) STRICT; ${indexes.join(' ')}`;
}

export function encoded(row: Row, { columns }: TableDefinition): SQLInputValue[] {
  return Object.entries(columns).map(([column, type]) => {
    const value = row[column];
    return type === 'json' ? JSON.stringify(value) : (value as SQLInputValue);
  });
}

/** A stored row with its JSON columns as values; for tables that a definition describes. */
export function decoded(stored: Record<string, unknown>, { columns }: TableDefinition): Row {
  return Object.fromEntries(
    Object.entries(columns).map(([column, type]) => {
      const value = stored[column];
      return [column, type === 'json' ? JSON.parse(String(value)) : value];
    }),
  );
}
