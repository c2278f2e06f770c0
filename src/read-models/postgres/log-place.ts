// Which event the rows stand on, and how all of them are taken back when the log does not have it. Both
// functions that write expect to be called inside a transaction.
import type { LogPlace } from '../row-store.js';
import { type Generation, tableName } from '../table.js';
import type { Connection } from './database.js';
import { moveEpoch, readGenerations } from './generations.js';

export async function readPlace(connection: Connection): Promise<LogPlace | null> {
  const { rows } = await connection.query<{ position: string; event_id: string }>(
    'SELECT position, event_id FROM read_model_place',
  );
  const [row] = rows;
  return row === undefined ? null : { position: BigInt(row.position), eventId: row.event_id };
}

export async function writePlace(connection: Connection, place: LogPlace): Promise<void> {
  await connection.query(
    `INSERT INTO read_model_place (id, position, event_id) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, event_id = excluded.event_id`,
    [String(place.position), place.eventId],
  );
}

export async function startOver(
  connection: Connection,
  kept: readonly Generation[],
): Promise<void> {
  for (const one of await readGenerations(connection)) {
    const { name, generation } = one;
    if (kept.some((other) => other.name === name && other.generation === generation)) {
      await connection.query(`DELETE FROM ${tableName(one)}`);
      continue;
    }
    await connection.query(
      'DELETE FROM read_model_generation WHERE name = $1 AND generation = $2',
      [name, generation],
    );
    await connection.query(`DROP TABLE IF EXISTS ${tableName(one)}`);
  }
  await connection.query("UPDATE read_model_generation SET checkpoint = '-1'");
  await connection.query('DELETE FROM skipped_event');
  await connection.query('DELETE FROM read_model_place');
  await moveEpoch(connection);
}
