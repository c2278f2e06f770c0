// Reads generations and their rows; from one moment where the database is a snapshot.
import { type GenerationComparison, compareGenerations } from './comparison.js';
import type { ReadOnlyDatabase } from './database.js';
import { readGenerations } from './generations.js';
import { loadRows, readRows } from './stored-rows.js';
import type { Generation, Row, TableDefinition } from './table.js';

export type LoadsRows = Pick<RowReader, 'load'>;

export class RowReader {
  constructor(private readonly source: ReadOnlyDatabase) {}

  /** All generations on record. */
  generations(): Promise<readonly Generation[]> {
    return readGenerations(this.source);
  }

  load(
    generation: Generation,
    table: TableDefinition,
    keys: readonly string[],
  ): Promise<Map<string, Row>> {
    return loadRows(this.source, generation, table, keys);
  }

  /** All rows of a generation in the order of their key, for comparing. */
  rows(generation: Generation, table: TableDefinition): AsyncIterable<Row> {
    return readRows(this.source, generation, table);
  }

  /**
   * Two generations of one read model, row by row. Null where one of them does not have the columns
   * of `table`.
   */
  compare(
    one: Generation,
    other: Generation,
    table: TableDefinition,
  ): Promise<GenerationComparison | null> {
    return compareGenerations(this.source, one, other, table);
  }

  close(): Promise<void> {
    return this.source.close();
  }
}
