// Finds rows by the keys in a list of theirs, such as the products in a cart: each database has its
// own index of them. A keyed column is JSON, an array of texts.
import type { TableDefinition } from './table.js';

/** How one database finds the rows of a read model's table by a key in a list. */
export interface KeySearch {
  /** The statements that make the index of a new table. */
  indexed(table: string, definition: TableDefinition): readonly string[];
  /** The statements that remove the index before its table is dropped. */
  removed(table: string): readonly string[];
  /** The condition that the keyed column of a row has the key in `parameter`. */
  having(table: string, key: string, column: string, parameter: string): string;
}

const indexOf = (table: string) => `${table}_keys`;

/**
 * A table of all keys, which triggers keep. A change of a row touches only the keys that came or
 * went, so that a long cart's index costs nothing while its products stay.
 */
export const sqliteKeySearch: KeySearch = {
  indexed(table, { key, keyed = [] }) {
    const index = indexOf(table);
    const made = `CREATE TABLE ${index} (list TEXT NOT NULL, value TEXT NOT NULL,
        row_key TEXT NOT NULL, PRIMARY KEY (list, value, row_key)) STRICT, WITHOUT ROWID`;
    const triggers = keyed.flatMap((column) => {
      const valuesOf = (row: string) => `SELECT DISTINCT value FROM json_each(${row}.${column})`;
      const add = (besides: string) =>
        `INSERT INTO ${index} SELECT '${column}', value, new.${key}
           FROM (${valuesOf('new')}) ${besides};`;
      const remove = (but: string) =>
        `DELETE FROM ${index} WHERE list = '${column}' AND row_key = old.${key}
           AND value IN (${valuesOf('old')} ${but});`;
      const notIn = (row: string) => `WHERE value NOT IN (${valuesOf(row)})`;
      return [
        `CREATE TRIGGER ${index}_${column}_added AFTER INSERT ON ${table} BEGIN ${add('')} END`,
        `CREATE TRIGGER ${index}_${column}_removed AFTER DELETE ON ${table}
           BEGIN ${remove('')} END`,
        `CREATE TRIGGER ${index}_${column}_changed AFTER UPDATE ON ${table}
           WHEN old.${column} <> new.${column}
           BEGIN ${remove(notIn('new'))} ${add(notIn('old'))} END`,
      ];
    });
    return keyed.length === 0 ? [] : [made, ...triggers];
  },
  removed: (table) => [`DROP TABLE IF EXISTS ${indexOf(table)}`],
  having: (table, key, column, parameter) =>
    `${table}.${key} IN (SELECT row_key FROM ${indexOf(table)}
       WHERE list = '${column}' AND value = ${parameter})`,
};

/** https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING */
export const postgresKeySearch: KeySearch = {
  indexed: (table, { keyed = [] }) =>
    keyed.map(
      (column) =>
        `CREATE INDEX ${indexOf(table)}_${column} ON ${table}
           USING gin ((${column}::jsonb) jsonb_path_ops)`,
    ),
  removed: () => [],
  having: (table, _key, column, parameter) =>
    `${table}.${column}::jsonb @> jsonb_build_array(${parameter}::text)`,
};
