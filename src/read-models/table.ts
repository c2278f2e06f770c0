// The definition of a read model's table. SQLite and Postgres derive their SQL from it.

export type ColumnType = 'text' | 'integer' | 'json';

export interface TableDefinition {
  /** The column with the row's unique key. */
  readonly key: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Each entry is a list of columns. */
  readonly indexes?: readonly (readonly string[])[];
  /**
   * Text columns whose words are searched, from the most to the least important, and last one of
   * words to filter by. At most four.
   */
  readonly searched?: readonly string[];
  /** JSON columns, each an array of texts, by which rows are found. */
  readonly keyed?: readonly string[];
}

/** A row in memory: JSON columns contain values, not text. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * BUILDING: a replay fills it. STANDBY: it is updated in the same transactions as the LIVE one, so
 * it can be promoted at once. LIVE: queries read it.
 */
export type GenerationStatus = 'BUILDING' | 'STANDBY' | 'LIVE';

/** One filled table of a read model, by one version of its projection. */
export interface Generation {
  readonly name: string;
  readonly generation: number;
  /** Version of its projection. */
  readonly version: number;
  /** Fold hash of the code that fills it; null from before hashes were recorded. */
  readonly foldHash: string | null;
  readonly status: GenerationStatus;
  /** Commit position of the last applied event; −1 before the first. */
  readonly checkpoint: bigint;
  /** Whether an operator has paused it. */
  readonly isPaused: boolean;
  /** When it was last promoted, in milliseconds since 1970; null for never. */
  readonly promotedAt: number | null;
}

/** All registered generations; `epoch` changes when one is created, dropped, promoted or paused. */
export interface Registry {
  readonly epoch: number;
  readonly generations: readonly Generation[];
}

export function tableName({ name, generation }: Pick<Generation, 'name' | 'generation'>): string {
  return `${name.replaceAll('-', '_')}_g${generation}`;
}
