// Scavenge: rebuilds a log that no node serves without the events that nobody can see. Until the
// finished file takes the old one's name in one step, the old one is the log: a kill loses nothing.
import { renameSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { syncToDisk } from '../log/disk.js';
import { LogFileError, LogInUseError, logPath, openExistingLog } from '../log/log-file.js';
import { SCHEMA } from '../log/log-format.js';
import { hiddenEvents } from './hidden-events.js';

export interface Scavenged {
  /** What is left. */
  readonly events: number;
  readonly removedEvents: number;
  /** From how many streams events were removed. */
  readonly cutStreams: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Positions and revisions of what stays are what they were. With nothing to remove, the file is left
 * as it is.
 * @throws LogInUseError, LogFileError; the log is then as it was
 */
export function scavenge(dataDir: string, nowMs: number): Scavenged {
  const path = logPath(dataDir);
  const beside = `${path}.scavenged`;
  const file = openExistingLog(path);
  try {
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const cutStreams = markHidden(file, nowMs);
    const removedEvents = numberIn(file, `SELECT count(*) AS n FROM events e ${IS_HIDDEN}`);
    const events = numberIn(file, 'SELECT count(*) AS n FROM events') - removedEvents;
    const bytesBefore = statSync(path).size;
    if (removedEvents === 0) {
      return { events, removedEvents, cutStreams: 0, bytesBefore, bytesAfter: bytesBefore };
    }
    // Nothing of it may lie in a WAL any more, for that would be taken for the new file's.
    file.exec('PRAGMA journal_mode = DELETE');
    rebuild(file, beside);
    check(beside, events);
    syncToDisk(beside);
    renameSync(beside, path);
    syncToDisk(dataDir);
    return { events, removedEvents, cutStreams, bytesBefore, bytesAfter: statSync(path).size };
  } catch (error) {
    removeRest(beside);
    if (error instanceof LogFileError || error instanceof LogInUseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LogFileError(`${path} cannot be scavenged: ${reason}`, { cause: error });
  } finally {
    // The old file stays locked until here, whatever its name is by now: nobody ever writes to it.
    file.close();
  }
}

/** What a scavenge that was killed left is worth nothing. */
function removeRest(beside: string): void {
  for (const rest of [beside, `${beside}-journal`, `${beside}-wal`]) rmSync(rest, { force: true });
}

const IS_HIDDEN = 'JOIN temp.cuts c ON c.sid = e.sid AND e.rev < c.before';

/** Notes what can go. Gives the number of streams that lose something. */
function markHidden(file: DatabaseSync, nowMs: number): number {
  file.exec(`PRAGMA temp_store = MEMORY;
    CREATE TEMP TABLE cuts (sid INTEGER PRIMARY KEY, before INTEGER NOT NULL);
    INSERT INTO temp.cuts SELECT sid, before FROM main.scavenged`);
  const mark = file.prepare(
    `INSERT INTO temp.cuts VALUES (?, ?)
      ON CONFLICT (sid) DO UPDATE SET before = max(before, excluded.before)`,
  );
  const cuts = [...hiddenEvents(file, nowMs)];
  for (const { streamId, before } of cuts) mark.run(streamId, before);
  return numberIn(file, `SELECT count(DISTINCT e.sid) AS n FROM events e ${IS_HIDDEN}`);
}

/** No sync and no journal: until it is renamed, the new file is nothing. */
function rebuild(file: DatabaseSync, beside: string): void {
  removeRest(beside);
  const fresh = new DatabaseSync(beside);
  fresh.exec(SCHEMA);
  fresh.close();
  file.prepare('ATTACH DATABASE ? AS beside').run(beside);
  file.exec(`PRAGMA beside.journal_mode = OFF; PRAGMA beside.synchronous = OFF;
    PRAGMA beside.cache_size = -65536;
    BEGIN;
    INSERT INTO beside.streams SELECT * FROM main.streams;
    INSERT INTO beside.events
      SELECT e.* FROM main.events e LEFT JOIN temp.cuts c ON c.sid = e.sid
      WHERE c.before IS NULL OR e.rev >= c.before ORDER BY e.pos;
    INSERT INTO beside.scavenged SELECT sid, before FROM temp.cuts;
    UPDATE beside.projected SET position = (SELECT position FROM main.projected);
    COMMIT;
    DETACH DATABASE beside`);
}

/** The new file is proved before it counts. It is left in the mode in which a node will use it. */
function check(beside: string, events: number): void {
  const fresh = new DatabaseSync(beside);
  try {
    const finding = fresh.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (finding !== 'ok') throw new Error(`the new file is damaged: ${String(finding)}`);
    const written = numberIn(fresh, 'SELECT count(*) AS n FROM events');
    if (written !== events) throw new Error(`the new file has ${written} of ${events} events`);
    fresh.exec('PRAGMA journal_mode = WAL');
  } finally {
    fresh.close();
  }
}

function numberIn(file: DatabaseSync, query: string): number {
  return Number(file.prepare(query).get()?.['n']);
}
