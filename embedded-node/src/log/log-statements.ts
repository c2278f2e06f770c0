// The log's statements, each prepared once: all of them go by an index, whatever the log's size.
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const COLUMNS = `e.pos AS position, s.name AS stream, CAST(e.rev AS TEXT) AS revision, e.eid AS id,
  e.type AS type, e.json AS json, e.created AS created, e.data AS data, e.meta AS meta`;
const PLACE = `e.eid AS id, s.name AS stream, CAST(e.rev AS TEXT) AS revision, e.pos AS position`;
const FROM = 'FROM events e JOIN streams s ON s.id = e.sid';

export function prepareStatements(file: DatabaseSync) {
  const prepare = (sql: string): StatementSync => file.prepare(sql);
  return {
    projected: prepare('SELECT position FROM projected'),
    setProjected: prepare('UPDATE projected SET position = ?'),
    lastPosition: prepare('SELECT max(pos) AS position FROM events'),
    streamId: prepare('SELECT id FROM streams WHERE name = ?'),
    createStream: prepare('INSERT INTO streams (name) VALUES (?)'),
    insert: prepare(
      'INSERT INTO events (pos, sid, rev, eid, type, json, created, data, meta) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    lastRevisions: prepare(
      'SELECT CAST(rev AS TEXT) AS revision FROM events WHERE sid = ? ORDER BY rev DESC LIMIT 2',
    ),
    allScavenged: prepare('SELECT sum(before) AS events FROM scavenged'),
    scavenged: prepare('SELECT before FROM scavenged WHERE sid = ?'),
    forwards: prepare(
      `SELECT ${COLUMNS} ${FROM} WHERE e.sid = ? AND e.rev >= ? ORDER BY e.rev LIMIT ?`,
    ),
    backwards: prepare(
      `SELECT ${COLUMNS} ${FROM} WHERE e.sid = ? AND e.rev <= ? ORDER BY e.rev DESC LIMIT ?`,
    ),
    eventAt: prepare(`SELECT ${COLUMNS} ${FROM} WHERE e.sid = ? AND e.rev = ?`),
    allForwards: prepare(`SELECT ${COLUMNS} ${FROM} WHERE e.pos >= ? ORDER BY e.pos LIMIT ?`),
    newest: prepare(`SELECT ${PLACE} ${FROM} ORDER BY e.pos DESC LIMIT ?`),
    places: prepare(
      `SELECT ${PLACE} ${FROM} WHERE e.sid = ? AND e.rev >= ? ORDER BY e.rev LIMIT ?`,
    ),
    allBackwards: prepare(`SELECT ${COLUMNS} ${FROM} WHERE e.pos <= ? ORDER BY e.pos DESC LIMIT ?`),
  };
}
