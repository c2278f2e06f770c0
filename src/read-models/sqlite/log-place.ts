// Which event the rows stand on, and how all of them are taken back when the log does not have it. Both
// functions that write expect to be called inside a transaction.
import type { DatabaseSync } from 'node:sqlite';
import type { LogPlace } from '../row-store.js';
import { type Generation, tableName } from '../table.js';
import { moveEpoch, readGenerations } from './generations.js';

export function readPlace(database: DatabaseSync): LogPlace | null {
  const row = database.prepare('SELECT position, event_id FROM read_model_place').get();
  if (row === undefined) return null;
  return { position: BigInt(String(row['position'])), eventId: String(row['event_id']) };
}

export function writePlace(database: DatabaseSync, { position, eventId }: LogPlace): void {
  database
    .prepare('INSERT OR REPLACE INTO read_model_place (id, position, event_id) VALUES (1, ?, ?)')
    .run(String(position), eventId);
}

export function startOver(database: DatabaseSync, kept: readonly Generation[]): void {
  for (const one of readGenerations(database)) {
    const { name, generation } = one;
    if (kept.some((other) => other.name === name && other.generation === generation)) {
      database.exec(`DELETE FROM ${tableName(one)}`);
      continue;
    }
    database
      .prepare('DELETE FROM read_model_generation WHERE name = ? AND generation = ?')
      .run(name, generation);
    database.exec(`DROP TABLE IF EXISTS ${tableName(one)}`);
  }
  database.exec("UPDATE read_model_generation SET checkpoint = '-1'");
  database.exec('DELETE FROM skipped_event; DELETE FROM read_model_place');
  moveEpoch(database);
}
