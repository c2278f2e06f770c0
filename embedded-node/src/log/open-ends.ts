// The ends of a log's streams at its start: read from the whole index, or, of a large log, from the
// file that keeps them and the events since.
import type { DatabaseSync } from 'node:sqlite';
import { readKeptEnds, type KeptEnds } from './kept-ends.js';
import { eventsInHoles, isCheckedAtOpen, numberIn } from './log-contents.js';
import { POSITION_STEP } from './log-format.js';
import { TOMBSTONE_REVISION } from './logged-event.js';
import { prepareRows } from './stored-row.js';
import { readEnds, StreamEnds } from './stream-ends.js';
import { UnreadIndex } from './unread-index.js';

export interface OpenedEnds {
  readonly ends: StreamEnds;
  /** Where the indexes were not read. */
  readonly unread?: UnreadIndex;
}

/**
 * @param end position of the last event
 * @throws DamageFound
 */
export function openEnds(file: DatabaseSync, end: number): OpenedEnds {
  const path = file.location();
  const kept = path === null || isCheckedAtOpen(file) ? undefined : readKeptEnds(path);
  const ends = kept && isOfLog(file, kept) ? followed(file, kept, end) : undefined;
  // What does not fit is found, or found harmless, by the whole index.
  if (kept === undefined || ends === undefined) return { ends: readEnds(file, end) };
  return { ends, unread: new UnreadIndex(file, ends, kept.names) };
}

function isOfLog(file: DatabaseSync, { position, sum, scavenged }: KeptEnds): boolean {
  const row = file.prepare('SELECT sum FROM events WHERE pos = ?').get(position);
  return row?.['sum'] === sum && eventsInHoles(file) === scavenged;
}

const SINCE = `
  SELECT pos, sid, CAST(rev AS TEXT) FROM events NOT INDEXED WHERE pos > ? ORDER BY pos`;

/** The ends after the events since; undefined when these do not continue the log. */
function followed(file: DatabaseSync, kept: KeptEnds, end: number): StreamEnds | undefined {
  const ends = StreamEnds.of(kept);
  let { position } = kept;
  for (const [pos, sid, revision] of prepareRows(file, SINCE).iterate(position)) {
    position += POSITION_STEP;
    const streamId = Number(sid);
    const { revision: last, isTombstoned } = ends.get(streamId) ?? START;
    if (pos !== position || isTombstoned) return undefined;
    const isTombstone = revision === TOMBSTONE_REVISION;
    if (!isTombstone && Number(revision) !== last + 1) return undefined;
    ends.set(streamId, { revision: isTombstone ? last : last + 1, isTombstoned: isTombstone });
  }
  ends.keepChanges();
  const streams = numberIn(file, 'SELECT coalesce(max(id), 0) AS n FROM streams');
  return position === end && ends.last === streams ? ends : undefined;
}

const START = { revision: -1, isTombstoned: false };
