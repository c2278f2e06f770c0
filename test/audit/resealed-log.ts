// Rewrites the embedded log after an alteration, with the node's own checksums made anew: the node
// finds damage by them, but whoever owns the disk can compute them. Only the hash chain is left to
// tell.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { putInPlace, writeLog } from '../../embedded-node/src/log/log-copy.js';
import { summedAnew } from '../../embedded-node/src/log/log-upgrade.js';

/** @param path of the file of a log that no node has open */
export function resealLog(path: string): void {
  const altered = new DatabaseSync(path);
  const beside = `${path}.resealed`;
  try {
    const streams = altered.prepare('SELECT id, name FROM streams ORDER BY id').all();
    const projected = altered.prepare('SELECT position FROM projected').get()?.['position'];
    writeLog(beside, {
      streams: streams.map(({ id, name }) => ({ id: Number(id), name: String(name) })),
      events: summedAnew(altered),
      scavenged: new Map(),
      projected: Number(projected),
    });
  } finally {
    altered.close();
  }
  for (const rest of [`${path}-wal`, `${path}-shm`]) rmSync(rest, { force: true });
  putInPlace(beside, path);
}
