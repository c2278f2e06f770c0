// Reads generations and their rows; all from one moment when the database is a snapshot.
import { type GenerationComparison, compareGenerations, missingColumns } from './comparison.js';
import type { ReadOnlyDatabase } from './database.js';
import { readGenerations } from './generations.js';
import { loadRows, readRows } from './stored-rows.js';
import type { Generation, Row, TableDefinition } from './table.js';

export type LoadsRows = Pick<RowReader, 'load'>;

export class RowReader {
  constructor(private readonly source: ReadOnlyDatabase) {}

  /** All registered generations. */
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

  /** All rows of a generation in key order, for comparisons. */
  rows(generation: Generation, table: TableDefinition): AsyncIterable<Row> {
    return readRows(this.source, generation, table);
  }

  /** Columns that were dropped by hand; all of them where the table is gone. */
  missingColumns(generation: Generation, table: TableDefinition): Promise<readonly string[]> {
    return missingColumns(this.source, generation, table);
  }

  /**
   * Compares two generations of a read model, row by row. Null when one of them lacks columns of
   * `table`.
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
