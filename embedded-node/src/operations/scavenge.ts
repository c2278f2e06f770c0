// Scavenge: rebuilds a stopped node's log without the hidden events. The old file stays the log
// until the new one replaces it in one step, so a kill loses nothing.
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { numberIn, streamsOf } from '../log/log-contents.js';
import { type CopiedEvent, putInPlace, removeUnfinished, writeLog } from '../log/log-copy.js';
import { logPath, openExistingLog } from '../log/log-file.js';
import { soundEvents } from '../log/sound-events.js';
import { hiddenEvents } from './hidden-events.js';
import { LogFileError, LogInUseError } from '../errors.js';
import { reasonOf } from '../reason-of.js';

export interface Scavenged {
  /** Number of remaining events. */
  readonly events: number;
  readonly removedEvents: number;
  /** Number of streams that lost events. */
  readonly cutStreams: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * The remaining events keep their positions and revisions. With nothing to remove, the file stays
 * unchanged.
 *
 * @throws LogInUseError, LogFileError; the log is then unchanged
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
    // Empties the WAL, because SQLite would apply a leftover one to the new file.
    file.exec('PRAGMA journal_mode = DELETE');
    rebuild(file, beside, events);
    putInPlace(beside, path);
    return { events, removedEvents, cutStreams, bytesBefore, bytesAfter: statSync(path).size };
  } catch (error) {
    removeUnfinished(beside);
    if (error instanceof LogFileError || error instanceof LogInUseError) throw error;
    const reason = reasonOf(error);
    throw new LogFileError(`${path} cannot be scavenged: ${reason}`, { cause: error });
  } finally {
    // The old file stays locked until here, even after its rename, so nobody can write to it.
    file.close();
  }
}

const IS_HIDDEN = 'JOIN temp.cuts c ON c.sid = e.sid AND e.rev < c.before';

/** Records the events to remove. Returns the number of affected streams. */
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

/**
 * Verifies the remaining events while copying them.
 *
 * @throws DamageFound
 */
function rebuild(file: DatabaseSync, beside: string, events: number): void {
  const cuts = new Map(
    file
      .prepare('SELECT sid, before FROM temp.cuts ORDER BY sid')
      .all()
      .map(({ sid, before }) => [Number(sid), Number(before)]),
  );
  const written = writeLog(beside, {
    streams: streamsOf(file),
    events: staying(file, cuts),
    scavenged: cuts,
    projected: numberIn(file, 'SELECT position AS n FROM projected'),
  });
  if (written !== events) throw new Error(`the new file has ${written} of ${events} events`);
}

function* staying(file: DatabaseSync, cuts: ReadonlyMap<number, number>): Generator<CopiedEvent> {
  for (const copied of soundEvents(file)) {
    if (BigInt(copied.event.revision) >= (cuts.get(copied.streamId) ?? 0)) yield copied;
  }
}
