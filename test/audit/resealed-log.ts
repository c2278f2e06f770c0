// Rewrites the embedded log after an alteration, with the node's own checksums made anew: the node
// finds damage by them, but whoever owns the disk can compute them. Only the hash chain is left to
// tell.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { checksumOf, NOTHING_BEFORE } from '../../embedded-node/src/log/checksum.js';
import { type CopiedEvent, putInPlace, writeLog } from '../../embedded-node/src/log/log-copy.js';
import { eventOf, type Row } from '../../embedded-node/src/log/stored-row.js';

const EVENTS = `
  SELECT e.pos AS position, s.name AS stream, e.sid, CAST(e.rev AS TEXT) AS revision, e.eid AS id,
    e.type, e.json, e.created, e.data, e.meta
  FROM events e JOIN streams s ON s.id = e.sid ORDER BY e.pos`;

/** @param path of the file of a log that no node has open */
export function resealLog(path: string): void {
  const altered = new DatabaseSync(path);
  const beside = `${path}.resealed`;
  try {
    const streams = altered.prepare('SELECT id, name FROM streams ORDER BY id').all();
    const projected = altered.prepare('SELECT position FROM projected').get()?.['position'];
    writeLog(beside, {
      streams: streams.map(({ id, name }) => ({ id: Number(id), name: String(name) })),
      events: sealedAnew(altered.prepare(EVENTS).iterate()),
      scavenged: new Map(),
      projected: Number(projected),
    });
  } finally {
    altered.close();
  }
  for (const rest of [`${path}-wal`, `${path}-shm`]) rmSync(rest, { force: true });
  putInPlace(beside, path);
}

function* sealedAnew(rows: Iterable<Row>): Generator<CopiedEvent> {
  let before = NOTHING_BEFORE;
  for (const row of rows) {
    const event = eventOf(row);
    const sum = checksumOf(event, before);
    yield { event, streamId: Number(row['sid']), before, sum };
    before = sum;
  }
}
