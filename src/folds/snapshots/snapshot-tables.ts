// The tables of snapshots.sqlite, as statements over one open file. A series holds the snapshots
// and marks of one fold and one stream, without gaps in the marks. It is deleted as a whole.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type ChecksummedRow, DamagedSnapshotError } from './checksum.js';

/** Stored format: raise it when files of the previous format must not be read. */
export const FORMAT = 2;

/** Empties a file of another format. */
export const SCHEMA = `
  BEGIN IMMEDIATE;
  DROP TABLE IF EXISTS command_marks;
  DROP TABLE IF EXISTS snapshot;
  DROP TABLE IF EXISTS series;
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    fold TEXT NOT NULL,
    stream TEXT NOT NULL,
    last_revision INTEGER NOT NULL,
    last_bytes INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    UNIQUE (fold, stream)
  ) STRICT;
  CREATE INDEX series_by_use ON series (used_at);
  CREATE TABLE snapshot (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    occurred_by INTEGER NOT NULL,
    recorded_by INTEGER NOT NULL,
    content BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (series, revision)
  ) STRICT;
  CREATE INDEX snapshot_by_occurrence ON snapshot (series, occurred_by, revision);
  CREATE INDEX snapshot_by_record ON snapshot (series, recorded_by, revision);
  CREATE TABLE command_marks (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    chunk INTEGER NOT NULL,
    content BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (series, chunk)
  ) STRICT;
  PRAGMA user_version = ${FORMAT};
  COMMIT;
`;

export interface Series {
  readonly id: number;
  readonly lastRevision: number;
  /** JSON size of the last snapshot's state. */
  readonly lastBytes: number;
  /** In milliseconds since 1970, rounded to the hour. */
  readonly usedAt: number;
}

export interface SnapshotRow extends ChecksummedRow {
  readonly revision: number;
  readonly occurredBy: number;
  readonly recordedBy: number;
}

const SQL = {
  series: 'SELECT id, last_revision, last_bytes, used_at FROM series WHERE fold = ? AND stream = ?',
  allSeries: 'SELECT stream, last_revision FROM series WHERE fold = ?',
  begin:
    'INSERT INTO series (fold, stream, last_revision, last_bytes, used_at) VALUES (?, ?, -1, 0, 0)',
  end: 'UPDATE series SET last_revision = ?, last_bytes = ?, used_at = ? WHERE id = ?',
  use: 'UPDATE series SET used_at = ? WHERE id = ?',
  discard: 'DELETE FROM series WHERE fold = ? AND stream = ?',
  discardUnused: 'DELETE FROM series WHERE id IN (SELECT id FROM series ORDER BY used_at LIMIT 8)',
  byRevision:
    'SELECT revision FROM snapshot WHERE series = ? AND revision <= ? ORDER BY revision DESC LIMIT 1',
  byOccurrence: `SELECT revision FROM snapshot WHERE series = ? AND occurred_by <= ?
    ORDER BY occurred_by DESC, revision DESC LIMIT 1`,
  byRecord: `SELECT revision FROM snapshot WHERE series = ? AND recorded_by <= ?
    ORDER BY recorded_by DESC, revision DESC LIMIT 1`,
  next: 'SELECT revision FROM snapshot WHERE series = ? AND revision > ? ORDER BY revision LIMIT 1',
  snapshot: 'SELECT content, checksum FROM snapshot WHERE series = ? AND revision = ?',
  add: `INSERT INTO snapshot (series, revision, occurred_by, recorded_by, content, checksum)
    VALUES (?, ?, ?, ?, ?, ?)`,
  marks: 'SELECT content, checksum FROM command_marks WHERE series = ? AND chunk = ?',
  putMarks: `INSERT OR REPLACE INTO command_marks (series, chunk, content, checksum)
    VALUES (?, ?, ?, ?)`,
  pages: `SELECT (page_count - freelist_count) * page_size AS bytes
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
} as const;

export class SnapshotTables {
  private readonly statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(private readonly database: DatabaseSync) {}

  /** Commits all of the work or none. One process writes at a time. */
  transaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  series(fold: string, stream: string): Series | undefined {
    const row = this.row(SQL.series, fold, stream);
    if (row === undefined) return undefined;
    return {
      id: numberOf(row['id']),
      lastRevision: numberOf(row['last_revision']),
      lastBytes: numberOf(row['last_bytes']),
      usedAt: numberOf(row['used_at']),
    };
  }

  /** All streams with a series of this fold, and the series' last revision. */
  allSeries(fold: string): { readonly stream: string; readonly lastRevision: number }[] {
    return this.prepared(SQL.allSeries)
      .all(fold)
      .map((row) => ({
        stream: String(row['stream']),
        lastRevision: numberOf(row['last_revision']),
      }));
  }

  begin(fold: string, stream: string): number {
    return Number(this.prepared(SQL.begin).run(fold, stream).lastInsertRowid);
  }

  end(series: number, lastRevision: number, lastBytes: number, usedAt: number): void {
    this.prepared(SQL.end).run(lastRevision, lastBytes, usedAt, series);
  }

  use(series: number, usedAt: number): void {
    this.prepared(SQL.use).run(usedAt, series);
  }

  discard(fold: string, stream: string): void {
    this.prepared(SQL.discard).run(fold, stream);
  }

  /** Deletes the least recently used series. False when there was none. */
  discardUnused(): boolean {
    return Number(this.prepared(SQL.discardUnused).run().changes) > 0;
  }

  /** Revision of the newest snapshot within all given limits. */
  newest(
    series: number,
    limits: {
      readonly byRevision?: number | undefined;
      readonly byOccurrence?: number | undefined;
      readonly byRecord?: number | undefined;
    },
  ): number | undefined {
    // All three are monotonic, so the smallest revision satisfies every limit.
    let least = Infinity;
    for (const name of ['byRevision', 'byOccurrence', 'byRecord'] as const) {
      const limit = limits[name];
      if (limit === undefined || !Number.isFinite(limit)) continue;
      const row = this.row(SQL[name], series, limit);
      if (row === undefined) return undefined;
      least = Math.min(least, numberOf(row['revision']));
    }
    return least;
  }

  next(series: number, revision: number): number | undefined {
    const row = this.row(SQL.next, series, revision);
    return row && numberOf(row['revision']);
  }

  snapshot(series: number, revision: number): Record<string, unknown> | undefined {
    return this.row(SQL.snapshot, series, revision);
  }

  add(series: number, row: SnapshotRow): void {
    const { revision, occurredBy, recordedBy, content, checksum } = row;
    this.prepared(SQL.add).run(series, revision, occurredBy, recordedBy, content, checksum);
  }

  marks(series: number, chunk: number): Record<string, unknown> | undefined {
    return this.row(SQL.marks, series, chunk);
  }

  putMarks(series: number, chunk: number, { content, checksum }: ChecksummedRow): void {
    this.prepared(SQL.putMarks).run(series, chunk, content, checksum);
  }

  /** Size of the pages in use, in bytes. */
  bytes(): number {
    return numberOf(this.row(SQL.pages)?.['bytes']);
  }

  private row(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.prepared(sql).get(...values);
  }

  private prepared(sql: string) {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new DamagedSnapshotError(['a number', typeof value]);
}
