// Lists of rows by an instant of theirs, the newest first, page by page in both directions. A page
// is one statement, so that it and its counts are of one moment.
import type { Dialect, Value } from './database.js';

/** A row's place in such a list: where instants are equal, the key decides. */
export interface TimePlace {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly key: string;
}

export interface TimePageRange {
  readonly size: number;
  /** The last of the rows instead of the first. */
  readonly isFromEnd?: boolean;
  readonly after?: TimePlace | null;
  readonly before?: TimePlace | null;
}

/** The columns of a table that make it such a list. */
export interface TimeList {
  readonly key: string;
  readonly at: string;
}

/** Writes conditions, and keeps the parameters that they name. */
export interface Conditions {
  readonly table: string;
  /** Adds a parameter to the statement and names it. */
  readonly param: (value: Value) => string;
  /** That the row has a key in one of its keyed columns. */
  readonly having: (column: string, value: string) => string;
}

export interface TimePage<Row> {
  readonly rows: readonly Row[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface FoundAtTime {
  readonly total: number;
  /** 1 or 0. */
  readonly beyond: number;
  /** Null where the page has no row. */
  readonly state: string | null;
}

/** A statement on the live table of a read model. Call `sql` before `params` is read. */
export interface ListStatement {
  readonly sql: (table: string) => string;
  readonly params: readonly Value[];
}

/** @param conditions all of them hold for each row of the list */
export function timeListStatement(
  list: TimeList,
  range: TimePageRange,
  conditions: (write: Conditions) => readonly string[],
  dialect: Pick<Dialect, 'keySearch'>,
): ListStatement {
  const params: Value[] = [];
  const param = (value: Value) => `$${params.push(value)}`;
  const sql = (table: string): string => {
    params.length = 0;
    const used = { keys: false };
    const having = (column: string, value: string) => {
      used.keys = true;
      return dialect.keySearch.having(table, list.key, column, param(value));
    };
    const all = conditions({ table, param, having });
    // The rows that an index of keys finds are sorted once; the others have an index to follow.
    const kept = used.keys ? 'MATERIALIZED' : 'NOT MATERIALIZED';
    const where = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
    return `WITH found AS ${kept} (SELECT ${list.key} AS key, ${list.at} AS at FROM ${table} ${where})
      ${pageOf(table, list, range, param)}`;
  };
  return { sql, params };
}

function pageOf(
  table: string,
  list: TimeList,
  { size, isFromEnd = false, after = null, before = null }: TimePageRange,
  param: (value: Value) => string,
): string {
  const direction = isFromEnd ? 'ASC' : 'DESC';
  const bound = (place: TimePlace | null, comparison: '<' | '>') =>
    place === null
      ? '(1 = 1)'
      : `((at, key) ${comparison} (${param(place.at)}, ${param(place.key)}))`;
  const isAfterStart = bound(isFromEnd ? before : after, isFromEnd ? '>' : '<');
  const isBeforeEnd = bound(isFromEnd ? after : before, isFromEnd ? '<' : '>');
  return `
    , page AS (SELECT key, at FROM found WHERE ${isAfterStart} AND ${isBeforeEnd}
               ORDER BY at ${direction}, key ${direction} LIMIT ${param(size + 1)})
    SELECT (SELECT count(*) FROM found) AS total,
      EXISTS (SELECT 1 FROM found WHERE NOT ${isAfterStart}) AS beyond, ${table}.state
    FROM (SELECT 1 AS one) always LEFT JOIN page ON true
    LEFT JOIN ${table} ON ${table}.${list.key} = page.key
    ORDER BY page.at ${direction}, page.key ${direction}`;
}

/** The page that the rows of the statement are, with what `shown` makes of each row's state. */
export function timePageOf<Row>(
  { size, isFromEnd = false }: TimePageRange,
  stored: readonly FoundAtTime[],
  shown: (state: string) => Row,
): TimePage<Row> {
  const found = stored.flatMap(({ state }) => (state === null ? [] : [shown(state)]));
  const rows = found.slice(0, size);
  const isMore = found.length > size;
  const isBeyond = (stored[0]?.beyond ?? 0) > 0;
  return {
    rows: isFromEnd ? rows.reverse() : rows,
    totalCount: stored[0]?.total ?? 0,
    hasNextPage: isFromEnd ? isBeyond : isMore,
    hasPreviousPage: isFromEnd ? isMore : isBeyond,
  };
}
