// The generations on record, as the rows of one small table.
import type { DatabaseSync } from 'node:sqlite';
import type { Generation, GenerationStatus } from '../table.js';

export function readGenerations(database: DatabaseSync): Generation[] {
  return database
    .prepare('SELECT * FROM read_model_generation ORDER BY name, generation')
    .all()
    .map((row) => ({
      name: String(row['name']),
      generation: Number(row['generation']),
      version: Number(row['version']),
      status: row['status'] as GenerationStatus,
      checkpoint: BigInt(String(row['checkpoint'])),
    }));
}
