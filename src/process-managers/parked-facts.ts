// The events that a reaction could not process, in a small file of the data folder. They stay
// parked until an operator or a newer version of the service retries them. Other events continue.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { obstacleAt, putAside } from '../files/put-aside.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import type { StoredEvent } from '../event-store/stored-event.js';

export interface ParkedFact {
  readonly reaction: string;
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
  readonly position: bigint;
  /** Why the last attempt failed. */
  readonly reason: string;
  /** Number of attempts. */
  readonly attempts: number;
  /** In milliseconds since 1970. */
  readonly parkedAt: number;
}

const FILE_NAME = 'reactions.sqlite';
const BUSY_MS = 5_000;
/**
 * https://www.sqlite.org/rescode.html: an SQL error (the tables are not ours), corrupt, not a
 * database.
 */
const DAMAGED: ReadonlySet<number> = new Set([1, 11, 26]);

// Stored format: change only by adding columns with a default.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS parked_fact (
    reaction TEXT NOT NULL,
    event_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    position TEXT NOT NULL,
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    parked_at INTEGER NOT NULL,
    PRIMARY KEY (reaction, event_id)
  ) STRICT;
`;

export class ParkedFacts {
  private constructor(
    private readonly database: DatabaseSync,
    /** New path of an unreadable file; the log is searched again for what was parked in it. */
    readonly putAsideAs: string | undefined,
  ) {}

  /** In a database of its own. */
  static on(database: DatabaseSync): ParkedFacts {
    prepare(database);
    return new ParkedFacts(database, undefined);
  }

  static open(dataDir: string): ParkedFacts {
    const path = join(dataDir, FILE_NAME);
    if (obstacleAt(path) === undefined) {
      try {
        return new ParkedFacts(openFile(path), undefined);
      } catch (error) {
        if (!isDamaged(error)) throw error;
      }
    }
    const putAsideAs = putAside(path);
    return new ParkedFacts(openFile(path), putAsideAs);
  }

  /** Parks the event, or records one more attempt. */
  park(reaction: string, stored: StoredEvent, reason: string, attempts: number, at: number): void {
    const { id, stream, revision, type, position } = stored;
    this.database
      .prepare(
        `INSERT INTO parked_fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET reason = excluded.reason,
           attempts = parked_fact.attempts + excluded.attempts`,
      )
      .run(reaction, id, stream, revision, type, String(position), reason, attempts, at);
  }

  /** Removes an event that was processed after all. */
  release({ reaction, eventId }: Pick<ParkedFact, 'reaction' | 'eventId'>): void {
    this.database
      .prepare('DELETE FROM parked_fact WHERE reaction = ? AND event_id = ?')
      .run(reaction, eventId);
  }

  /** Removes all events of a reaction, which then reads the whole log again. */
  clear(reaction: string): void {
    this.database.prepare('DELETE FROM parked_fact WHERE reaction = ?').run(reaction);
  }

  /** The names of the reactions that have parked events. */
  reactions(): readonly string[] {
    const select = 'SELECT DISTINCT reaction FROM parked_fact ORDER BY reaction';
    return this.database
      .prepare(select)
      .all()
      .map(({ reaction }) => String(reaction));
  }

  count(reaction: string): number {
    const select = 'SELECT count(*) AS facts FROM parked_fact WHERE reaction = ?';
    return Number(this.database.prepare(select).get(reaction)?.['facts']);
  }

  /** In the order of parking. */
  list(reaction: string, first = -1, offset = 0): ParkedFact[] {
    // A negative limit is none: https://www.sqlite.org/lang_select.html#limitoffset
    const select =
      'SELECT * FROM parked_fact WHERE reaction = ? ORDER BY parked_at, rowid LIMIT ? OFFSET ?';
    return this.database
      .prepare(select)
      .all(reaction, first, offset)
      .map((row) => ({
        reaction,
        stream: String(row['stream']),
        revision: Number(row['revision']),
        eventId: String(row['event_id']),
        type: String(row['type']),
        position: BigInt(String(row['position'])),
        reason: String(row['reason']),
        attempts: Number(row['attempts']),
        parkedAt: Number(row['parked_at']),
      }));
  }

  close(): void {
    this.database.close();
  }
}

function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    prepare(database);
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') throw new DamagedFileError(`${path}: ${String(found)}`);
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync): void {
  // Its loss would leave a fact unnoticed: each commit waits for the disk.
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = FULL; ${SCHEMA}`);
  database.prepare('SELECT reaction, event_id, stream, revision, type FROM parked_fact').get();
  database.prepare('SELECT position, reason, attempts, parked_at FROM parked_fact').get();
}

class DamagedFileError extends Error {}

function isDamaged(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code === undefined ? error instanceof DamagedFileError : DAMAGED.has(code);
}
