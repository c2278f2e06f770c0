// Scavenge: rebuilds a log that no node serves without the events that nobody can see. Until the
// finished file takes the old one's name in one step, the old one is the log: a kill loses nothing.
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
  /** What is left. */
  readonly events: number;
  readonly removedEvents: number;
  /** From how many streams events were removed. */
  readonly cutStreams: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Positions and revisions of what stays are what they were. With nothing to remove, the file is
 * left as it is.
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
    rebuild(file, beside, events);
    putInPlace(beside, path);
    return { events, removedEvents, cutStreams, bytesBefore, bytesAfter: statSync(path).size };
  } catch (error) {
    removeUnfinished(beside);
    if (error instanceof LogFileError || error instanceof LogInUseError) throw error;
    const reason = reasonOf(error);
    throw new LogFileError(`${path} cannot be scavenged: ${reason}`, { cause: error });
  } finally {
    // The old file stays locked until here, whatever its name is by now: nobody ever writes to it.
    file.close();
  }
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

/** What stays is proved while it is copied. @throws DamageFound */
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
