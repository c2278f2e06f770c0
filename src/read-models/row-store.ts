// What a projector needs of the database that holds its rows: everything that it changes in one
// batch, rows and checkpoints alike, commits together or not at all.
import type { Generation, Row, TableDefinition } from './table.js';

export interface GenerationChange {
  readonly generation: Generation;
  readonly table: TableDefinition;
  /** By key; null removes the row. */
  readonly rows: ReadonlyMap<string, Row | null>;
}

/** An event that a projection passed over, so that somebody can look into it. */
export interface SkippedEvent {
  readonly name: string;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly reason: string;
}

export interface RowStore {
  /** All generations on record. */
  generations(): Promise<Generation[]>;
  /** Puts a new generation on record and makes its empty table. */
  create(generation: Generation, table: TableDefinition): Promise<void>;
  load(
    generation: Generation,
    table: TableDefinition,
    keys: readonly string[],
  ): Promise<Map<string, Row>>;
  /** Rows, skips and the checkpoint of every generation named, in one transaction. */
  commit(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
  ): Promise<void>;
  /** All rows of a generation in the order of their key, for comparing. */
  rows(generation: Generation, table: TableDefinition): AsyncIterable<Row>;
  close(): Promise<void>;
}
