// Reads the parts of a log other than events, without an index: for copies and checks.
import type { DatabaseSync } from 'node:sqlite';
import { POSITION_STEP } from './log-format.js';

export function* streamsOf(file: DatabaseSync): Generator<{ id: number; name: string }> {
  for (const row of file.prepare('SELECT id, name FROM streams ORDER BY id').iterate()) {
    yield { id: Number(row['id']), name: String(row['name']) };
  }
}

/** The streams with this number and higher ones. */
export function* namesFrom(
  file: DatabaseSync,
  id: number,
): Generator<{ id: number; name: string }> {
  const rows = file.prepare('SELECT id, name FROM streams WHERE id >= ? ORDER BY id').iterate(id);
  for (const row of rows) yield { id: Number(row['id']), name: String(row['name']) };
}

/** A log of format 1 has never been scavenged. */
export function scavengedIn(file: DatabaseSync): ReadonlyMap<number, number> {
  const isKnown = file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'scavenged'").get();
  if (isKnown === undefined) return new Map();
  const rows = file.prepare('SELECT sid, before FROM scavenged').all();
  return new Map(rows.map(({ sid, before }) => [Number(sid), Number(before)]));
}

/**
 * A log up to this size is checked completely at every open, which takes a fraction of a second.
 */
const CHECKED_AT_OPEN_BYTES = 32 * 1024 * 1024;

export function isCheckedAtOpen(file: DatabaseSync): boolean {
  const pages = Number(file.prepare('PRAGMA page_count').get()?.['page_count']);
  const pageBytes = Number(file.prepare('PRAGMA page_size').get()?.['page_size']);
  return pages * pageBytes <= CHECKED_AT_OPEN_BYTES;
}

export function numberIn(file: DatabaseSync, query: string): number {
  return Number(file.prepare(query).get()?.['n']);
}

/** Number of events that scavenges removed from a log of the current format. */
export function eventsInHoles(file: DatabaseSync): number {
  return numberIn(
    file,
    `SELECT coalesce(sum((last - first) / ${POSITION_STEP} + 1), 0) AS n FROM holes`,
  );
}
