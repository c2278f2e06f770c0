// The search for words in rows: SQLite's FTS5 and Postgres's text search. Both index the words that
// a projection has divided by spaces, and find a row that has all words of a question.
import type { TableDefinition } from './table.js';

export interface WordQuestion {
  /** Each is the beginning of a word in any column but the last one. */
  readonly words: readonly string[];
  /** Whole words of the last searched column. */
  readonly facets: readonly string[];
}

/** How one database searches the table of a read model. `searched` columns weigh less and less. */
export interface WordSearch {
  /** The statements that make the index of a new table. */
  indexed(table: string, definition: TableDefinition): readonly string[];
  /** The statements that remove the index before its table is dropped. */
  removed(table: string): readonly string[];
  /**
   * The question as the text of one parameter.
   *
   * @param where whether its words are sought in every column of texts or in the first one alone
   */
  question(question: WordQuestion, definition: TableDefinition, where?: 'any' | 'first'): string;
  /** A join that keeps the rows of `table` that match the question in `parameter`. */
  matching(table: string, parameter: string): string;
  /**
   * The condition that a row of `table` matches the question in `parameter`, for a statement that
   * follows another index: many rows match.
   */
  isMatch(table: string, parameter: string): string;
  /** A statement that counts the matches of the question in `parameter` that are `wanted` too. */
  countOf(table: string, parameter: string, wanted: readonly string[]): string;
  /** A statement that counts the matches of the question in `$1` as `found`, but at most `most`. */
  countUpTo(table: string, most: number): string;
  /**
   * How well a row matches; smaller is better.
   *
   * @param param adds a parameter to the statement and names it
   */
  rank(table: string, question: WordQuestion, param: (value: string) => string): string;
}

/** A word of one letter would begin nearly every text, so it has to be a whole word. */
const isWhole = (word: string) => /^.$/u.test(word);

/** Each column counts as much as four of the next one; the last one does not count. */
const weightAt = (index: number, count: number) => (index === count - 1 ? 0 : 4 ** (2 - index));

const indexOf = (table: string) => `${table}_words`;

/**
 * https://www.sqlite.org/fts5.html#external_content_tables: the table keeps the text, triggers keep
 * the index. Rows are found by rowid, which an upsert keeps; only VACUUM renumbers, and nothing
 * runs it.
 */
export const sqliteWordSearch: WordSearch = {
  indexed(table, { searched = [] }) {
    const index = indexOf(table);
    const columns = searched.join(', ');
    const weights = searched.map((_column, at) => weightAt(at, searched.length)).join(', ');
    const values = (row: string) => searched.map((column) => `${row}.${column}`).join(', ');
    const add = `INSERT INTO ${index} (rowid, ${columns}) VALUES (new.rowid, ${values('new')});`;
    const remove = `INSERT INTO ${index} (${index}, rowid, ${columns})
      VALUES ('delete', old.rowid, ${values('old')});`;
    const isChanged = searched.map((column) => `old.${column} <> new.${column}`).join(' OR ');
    return [
      `CREATE VIRTUAL TABLE ${index} USING fts5 (${columns}, content = '${table}',
         prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0')`,
      `INSERT INTO ${index} (${index}, rank) VALUES ('rank', 'bm25(${weights})')`,
      `CREATE TRIGGER ${index}_added AFTER INSERT ON ${table} BEGIN ${add} END`,
      `CREATE TRIGGER ${index}_removed AFTER DELETE ON ${table} BEGIN ${remove} END`,
      `CREATE TRIGGER ${index}_changed AFTER UPDATE ON ${table} WHEN ${isChanged}
         BEGIN ${remove} ${add} END`,
    ];
  },
  removed: (table) => [`DROP TABLE IF EXISTS ${indexOf(table)}`],
  question({ words, facets }, { searched = [] }, where = 'any') {
    const texts = searched.slice(0, where === 'any' ? -1 : 1).join(' ');
    const sought = words.map((word) => `{${texts}} : "${word}"${isWhole(word) ? '' : ' *'}`);
    const wanted = facets.map((facet) => `{${searched.at(-1)}} : "${facet}"`);
    return [...sought, ...wanted].join(' AND ');
  },
  matching: (table, parameter) =>
    `JOIN ${indexOf(table)} found ON found.rowid = ${table}.rowid
       AND ${indexOf(table)} MATCH ${parameter}`,
  // The plus keeps SQLite from looking up each match instead of following the other index.
  isMatch: (table, parameter) =>
    `+${table}.rowid IN
       (SELECT rowid FROM ${indexOf(table)} WHERE ${indexOf(table)} MATCH ${parameter})`,
  // The index of words counts by itself; to look up each row takes ten times as long.
  countOf(table, parameter, wanted) {
    const unwanted = `SELECT rowid FROM ${table} WHERE (${wanted.join(' AND ')}) IS NOT TRUE`;
    return `SELECT count(*) FROM ${indexOf(table)} WHERE ${indexOf(table)} MATCH ${parameter}
      ${wanted.length === 0 ? '' : `AND rowid NOT IN (${unwanted})`}`;
  },
  countUpTo: (table, most) =>
    `SELECT count(*) AS found
     FROM (SELECT 1 FROM ${indexOf(table)} WHERE ${indexOf(table)} MATCH $1 LIMIT ${most})`,
  rank: () => 'found.rank',
};

/** Postgres has four weights, from A to D, with the names of the searched columns in that order. */
const LETTERS = ['A', 'B', 'C', 'D'];

/** https://www.postgresql.org/docs/current/textsearch-tables.html */
export const postgresWordSearch: WordSearch = {
  indexed(table, { searched = [] }) {
    const vectors = searched.map(
      (column, at) =>
        `setweight(to_tsvector('simple'::regconfig, ${column}), '${letterAt(at, searched)}')`,
    );
    return [
      `ALTER TABLE ${table} ADD COLUMN words tsvector
         GENERATED ALWAYS AS (${vectors.join(' || ')}) STORED`,
      `CREATE INDEX ${indexOf(table)} ON ${table} USING gin (words)`,
    ];
  },
  removed: () => [],
  question({ words, facets }, { searched = [] }, where = 'any') {
    const columns = searched.slice(0, where === 'any' ? -1 : 1);
    const texts = columns.map((_column, at) => letterAt(at, searched));
    const sought = words.map((word) => `${word}:${isWhole(word) ? '' : '*'}${texts.join('')}`);
    return [...sought, ...facets.map((facet) => `${facet}:D`)].join(' & ');
  },
  matching: (table, parameter) =>
    `JOIN to_tsquery('simple', ${parameter}) question ON ${table}.words @@ question`,
  isMatch: (table, parameter) => `${table}.words @@ to_tsquery('simple', ${parameter})`,
  countOf: (table, parameter, wanted) =>
    `SELECT count(*) FROM ${table}
     WHERE ${[`words @@ to_tsquery('simple', ${parameter})`, ...wanted].join(' AND ')}`,
  countUpTo: (table, most) =>
    `SELECT count(*) AS found
     FROM (SELECT 1 FROM ${table} WHERE words @@ to_tsquery('simple', $1) LIMIT ${most}) matches`,
  // Every word counts by itself: with all of them at once, ts_rank prefers words that are near to
  // each other. Weights are from D to A.
  rank(table, { words }, param) {
    const anyOf = words.map((word) => `${word}:${isWhole(word) ? '' : '*'}ABC`).join(' | ');
    const query = `to_tsquery('simple', ${param(anyOf)})`;
    return `-ts_rank('{0, 0.0625, 0.25, 1}', ${table}.words, ${query})::float8`;
  },
};

function letterAt(at: number, searched: readonly string[]): string {
  return at === searched.length - 1 ? 'D' : (LETTERS[at] ?? 'C');
}
