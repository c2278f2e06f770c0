// The log's prepared statements. All of them use an index, so their cost does not depend on the
// log's size.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CHECKED_COLUMNS, prepareRows } from './stored-row.js';

const STREAM = `SELECT ${CHECKED_COLUMNS} FROM events e WHERE e.sid = ?`;
const ALL = `SELECT ${CHECKED_COLUMNS}, s.name FROM events e JOIN streams s ON s.id = e.sid`;

export function prepareStatements(file: DatabaseSync) {
  const prepare = (sql: string): StatementSync => file.prepare(sql);
  const rows = (sql: string) => prepareRows(file, sql);
  return {
    projected: prepare('SELECT position, copy FROM projected'),
    setProjected: prepare('UPDATE projected SET position = :position, copy = :position'),
    lastPosition: prepare('SELECT max(pos) AS position FROM events'),
    streamId: prepare('SELECT id FROM streams WHERE name = ?'),
    streamName: prepare('SELECT name FROM streams WHERE id = ?'),
    createStream: prepare('INSERT INTO streams (name) VALUES (?)'),
    insert: prepare(
      `INSERT INTO events (pos, sid, rev, eid, type, json, created, before, sum, data, meta)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    scavenged: prepare('SELECT before FROM scavenged WHERE sid = ?'),
    hole: prepare('SELECT first, last FROM holes WHERE first <= ? ORDER BY first DESC LIMIT 1'),
    forwards: rows(`${STREAM} AND e.rev >= ? ORDER BY e.rev LIMIT ?`),
    backwards: rows(`${STREAM} AND e.rev <= ? ORDER BY e.rev DESC LIMIT ?`),
    eventAt: rows(`${STREAM} AND e.rev = ?`),
    allForwards: rows(`${ALL} WHERE e.pos >= ? ORDER BY e.pos LIMIT ?`),
    allBackwards: rows(`${ALL} WHERE e.pos <= ? ORDER BY e.pos DESC LIMIT ?`),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
