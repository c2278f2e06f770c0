// Writes a new log file from another log's events: for an upgrade, a scavenge and a repair. The
// file counts only after the rename, so it is written without a journal and synced once at the end.
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ownAs, syncToDisk } from './disk.js';
import { removeKeptEnds } from './kept-ends.js';
import { SCHEMA } from './log-format.js';
import { POSITION_STEP } from './log-format.js';
import type { StoredEvent } from './stored-row.js';

export interface CopiedEvent extends StoredEvent {
  readonly streamId: number;
}

export interface Contents {
  /** In the order of their numbers. */
  readonly streams: Iterable<{ readonly id: number; readonly name: string }>;
  /** In the order of their positions; gaps are recorded as holes. */
  readonly events: Iterable<CopiedEvent>;
  /** By stream, the first revision that no scavenge removed. */
  readonly scavenged: ReadonlyMap<number, number>;
  readonly projected: number;
}

/** Returns the number of events. Replaces an existing file of this name. */
export function writeLog(path: string, contents: Contents): number {
  removeUnfinished(path);
  const file = new DatabaseSync(path);
  try {
    file.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${SCHEMA} BEGIN`);
    const stream = file.prepare('INSERT INTO streams (id, name) VALUES (?, ?)');
    for (const { id, name } of contents.streams) stream.run(id, name);
    const events = writeEvents(file, contents.events);
    const cut = file.prepare('INSERT INTO scavenged (sid, before) VALUES (?, ?)');
    for (const [id, before] of contents.scavenged) cut.run(id, before);
    file
      .prepare('UPDATE projected SET position = :position, copy = :position')
      .run({ position: contents.projected });
    file.exec('COMMIT');
    prove(file, events);
    file.exec('PRAGMA journal_mode = WAL');
    return events;
  } finally {
    file.close();
  }
}

/** Replaces the old file in one step. */
export function putInPlace(beside: string, path: string): void {
  ownAs(beside, path);
  syncToDisk(beside);
  removeKeptEnds(path);
  renameSync(beside, path);
  syncToDisk(dirname(path));
}

/** Removes an unfinished copy that a kill left behind. */
export function removeUnfinished(path: string): void {
  for (const rest of [path, `${path}-journal`, `${path}-wal`, `${path}-shm`]) {
    rmSync(rest, { force: true });
  }
}

function writeEvents(file: DatabaseSync, events: Iterable<CopiedEvent>): number {
  const insert = file.prepare(
    `INSERT INTO events (pos, sid, rev, eid, type, json, created, before, sum, data, meta)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const hole = file.prepare('INSERT INTO holes (first, last) VALUES (?, ?)');
  let expected = POSITION_STEP;
  let count = 0;
  for (const { event, streamId, before, sum } of events) {
    const { position, revision, id, type, isJson, createdMs, data, metadata } = event;
    if (position > expected) hole.run(expected, position - POSITION_STEP);
    const json = isJson ? 1 : 0;
    const numbers = [position, streamId, BigInt(revision)] as const;
    insert.run(...numbers, id, type, json, createdMs, before, sum, data, metadata);
    expected = position + POSITION_STEP;
    count += 1;
  }
  return count;
}

function prove(file: DatabaseSync, events: number): void {
  const finding = file.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (finding !== 'ok') throw new Error(`the new file is damaged: ${String(finding)}`);
  const written = Number(file.prepare('SELECT count(*) AS n FROM events').get()?.['n']);
  if (written !== events) throw new Error(`the new file has ${written} of ${events} events`);
}
