// The log's prepared statements. All of them use an index, so their cost does not depend on the
// log's size.
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const COLUMNS = `e.pos AS position, s.name AS stream, CAST(e.rev AS TEXT) AS revision, e.eid AS id,
  e.type AS type, e.json AS json, e.created AS created, e.before AS before, e.sum AS sum,
  e.data AS data, e.meta AS meta`;
const FROM = 'FROM events e JOIN streams s ON s.id = e.sid';

export function prepareStatements(file: DatabaseSync) {
  const prepare = (sql: string): StatementSync => file.prepare(sql);
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
    forwards: prepare(
      `SELECT ${COLUMNS} ${FROM} WHERE e.sid = ? AND e.rev >= ? ORDER BY e.rev LIMIT ?`,
    ),
    backwards: prepare(
      `SELECT ${COLUMNS} ${FROM} WHERE e.sid = ? AND e.rev <= ? ORDER BY e.rev DESC LIMIT ?`,
    ),
    eventAt: prepare(`SELECT ${COLUMNS} ${FROM} WHERE e.sid = ? AND e.rev = ?`),
    allForwards: prepare(`SELECT ${COLUMNS} ${FROM} WHERE e.pos >= ? ORDER BY e.pos LIMIT ?`),
    allBackwards: prepare(`SELECT ${COLUMNS} ${FROM} WHERE e.pos <= ? ORDER BY e.pos DESC LIMIT ?`),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
