// Records the last event behind the rows, and removes all rows when the log does not have that
// event. The functions that write must run inside a transaction.
import type { Statements } from './database.js';
import { moveEpoch, readGenerations } from './generations.js';
import { dropTable } from './stored-rows.js';
import { type Generation, tableName } from './table.js';

/**
 * An event in the log. After a restore from a backup, another event may be at the same position.
 */
export interface LogPlace {
  readonly position: bigint;
  readonly eventId: string;
}

export async function readPlace(statements: Statements): Promise<LogPlace | null> {
  const [row] = await statements.query<{ position: string; event_id: string }>(
    'SELECT position, event_id FROM read_model_place',
  );
  return row === undefined ? null : { position: BigInt(row.position), eventId: row.event_id };
}

export async function writePlace(statements: Statements, place: LogPlace): Promise<void> {
  await statements.execute(
    `INSERT INTO read_model_place (id, position, event_id) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, event_id = excluded.event_id`,
    [String(place.position), place.eventId],
  );
}

export async function startOver(
  statements: Statements,
  kept: readonly Generation[],
): Promise<void> {
  for (const one of await readGenerations(statements)) {
    const { name, generation } = one;
    if (kept.some((other) => other.name === name && other.generation === generation)) {
      await statements.execute(`DELETE FROM ${tableName(one)}`);
      continue;
    }
    await statements.execute(
      'DELETE FROM read_model_generation WHERE name = $1 AND generation = $2',
      [name, generation],
    );
    await dropTable(statements, one);
  }
  await statements.execute("UPDATE read_model_generation SET checkpoint = '-1'");
  await statements.execute('DELETE FROM skipped_event');
  await statements.execute('DELETE FROM read_model_place');
  // Their carts are not in the new log.
  await statements.execute('DELETE FROM impact_report');
  await statements.execute('DELETE FROM impact_report_cart');
  await moveEpoch(statements);
}
