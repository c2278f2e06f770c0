// Converts rows and tables between memory and the databases, where JSON columns are text.
import type { Statements, Value } from './database.js';
import {
  type ColumnType,
  type Generation,
  type Row,
  type TableDefinition,
  tableName,
} from './table.js';

type TableId = Pick<Generation, 'name' | 'generation'>;

export interface GenerationChange {
  readonly generation: Generation;
  readonly table: TableDefinition;
  /** By key; null removes the row. */
  readonly rows: ReadonlyMap<string, Row | null>;
}

const PAGE = 500;

export async function createTable(
  statements: Statements,
  generation: Generation,
  definition: TableDefinition,
): Promise<void> {
  const { key, columns, indexes = [], searched } = definition;
  const { types, tableOptions, rowSum, wordSearch, keySearch } = statements.dialect;
  const name = tableName(generation);
  const defined = Object.entries(columns).map(
    ([column, type]) => `${column} ${types[type]}${column === key ? ' PRIMARY KEY' : ''}`,
  );
  if (rowSum !== undefined) defined.push(`${rowSum} ${types.integer}`);
  await statements.execute(`CREATE TABLE ${name} (${defined.join(', ')}) ${tableOptions}`);
  for (const list of indexes) {
    const index = `${name}_${list.join('_')}`;
    await statements.execute(`CREATE INDEX ${index} ON ${name} (${list.join(', ')})`);
  }
  for (const statement of keySearch.indexed(name, definition)) await statements.execute(statement);
  if (searched === undefined) return;
  for (const statement of wordSearch.indexed(name, definition)) await statements.execute(statement);
}

export async function dropTable(statements: Statements, generation: TableId): Promise<void> {
  const name = tableName(generation);
  const { wordSearch, keySearch } = statements.dialect;
  for (const statement of [...wordSearch.removed(name), ...keySearch.removed(name)]) {
    await statements.execute(statement);
  }
  await statements.execute(`DROP TABLE IF EXISTS ${name}`);
}

export async function writeRows(
  statements: Statements,
  { generation, table, rows }: GenerationChange,
): Promise<void> {
  const kept: Row[] = [];
  const removed: string[] = [];
  for (const [key, row] of rows) {
    if (row === null) removed.push(key);
    else kept.push(row);
  }
  const name = tableName(generation);
  if (removed.length > 0) await statements.removeRows(name, table.key, removed);
  if (kept.length > 0) await statements.putRows(name, table, kept);
}

export async function loadRows(
  statements: Statements,
  generation: Generation,
  table: TableDefinition,
  keys: readonly string[],
): Promise<Map<string, Row>> {
  if (keys.length === 0) return new Map();
  const found = await statements.rowsByKey<Row>(tableName(generation), table.key, keys);
  return new Map(found.map((stored) => [String(stored[table.key]), rowOf(stored, table)]));
}

/** In pages, in key order: a read model need not fit into memory. */
export async function* readRows(
  statements: Statements,
  generation: Generation,
  table: TableDefinition,
): AsyncIterable<Row> {
  const { key } = table;
  const select = (where: string) =>
    `SELECT * FROM ${tableName(generation)} ${where} ORDER BY ${key} LIMIT ${PAGE}`;
  let page = await statements.query<Row>(select(''));
  for (;;) {
    for (const stored of page) yield rowOf(stored, table);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    page = await statements.query<Row>(select(`WHERE ${key} > $1`), [String(last[key])]);
  }
}

/** In the order of the table's columns. */
export function storedValues(row: Row, { columns }: TableDefinition): Value[] {
  return Object.entries(columns).map(([column, type]) => storedValue(row[column], type));
}

export function storedValue(value: unknown, type: ColumnType): Value {
  return type === 'json' ? JSON.stringify(value) : (value as Value);
}

/** A stored row reduced to the columns of its definition, in their order, with JSON parsed. */
function rowOf(stored: Row, { columns }: TableDefinition): Row {
  return Object.fromEntries(
    Object.entries(columns).map(([column, type]) => {
      const value = stored[column];
      return [column, type === 'json' ? parsed(value) : value];
    }),
  );
}

/** JSON that our own projections wrote; the caller knows the column's type. */
export function parsed(json: unknown): unknown {
  return JSON.parse(String(json));
}
