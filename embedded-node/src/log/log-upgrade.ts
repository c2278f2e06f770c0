// Upgrades a log of an older format: writes a new file with checksums beside it, then replaces it.
// The old file is kept under another name.
import { linkSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { checksumOf, NOTHING_BEFORE } from './checksum.js';
import { type CopiedEvent, putInPlace, removeUnfinished, writeLog } from './log-copy.js';
import { numberIn, scavengedIn, streamsOf } from './log-contents.js';
import { POSITION_STEP } from './log-format.js';
import { EVENT_COLUMNS, eventOf, prepareRows, streamIdOf } from './stored-row.js';
import { DamageFound } from '../errors.js';

/** @param file a log of format 1 or 2 that this process owns; it must not be written any more */
export function upgradeLog(file: DatabaseSync, path: string, version: number): string {
  const beside = `${path}.upgraded`;
  const kept = `${path}.format-${version}`;
  file.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  const scavenged = scavengedIn(file);
  try {
    const events = writeLog(beside, {
      streams: streamsOf(file),
      events: summedAnew(file),
      scavenged,
      projected: Number(file.prepare('SELECT position FROM projected').get()?.['position'] ?? 0),
    });
    const taken = [...scavenged.values()].reduce((sum, before) => sum + before, 0);
    const ever = numberIn(file, 'SELECT coalesce(max(pos), 0) AS n FROM events') / POSITION_STEP;
    if (events + taken !== ever) {
      throw new DamageFound(`${ever - taken - events} of its events are not there`);
    }
    rmSync(kept, { force: true });
    linkSync(path, kept);
    putInPlace(beside, path);
  } finally {
    removeUnfinished(beside);
  }
  return kept;
}

/** The events with new checksums, whatever checksums the file has. */
export function* summedAnew(file: DatabaseSync): Generator<CopiedEvent> {
  const rows = prepareRows(
    file,
    `SELECT ${EVENT_COLUMNS}, s.name
      FROM events e NOT INDEXED JOIN streams s ON s.id = e.sid ORDER BY e.pos`,
  );
  let before = NOTHING_BEFORE;
  for (const row of rows.iterate()) {
    const event = eventOf(row, String(row.at(-1)));
    const sum = checksumOf(event, before);
    yield { event, streamId: streamIdOf(row), before, sum };
    before = sum;
  }
}
