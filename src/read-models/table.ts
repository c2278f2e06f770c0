// A read model's table, said once for every database: SQLite and Postgres make their own SQL of it.

export type ColumnType = 'text' | 'integer' | 'json';

export interface TableDefinition {
  /** The column by which a row is found and replaced. */
  readonly key: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Each a list of columns. */
  readonly indexes?: readonly (readonly string[])[];
}

/** A row in memory: JSON columns hold values, not text. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * BUILDING: a replay fills it. STANDBY: it is kept up to date in the very transactions in which the
 * LIVE one is, so that either can take the other's place at once. LIVE: queries are answered from
 * it.
 */
export type GenerationStatus = 'BUILDING' | 'STANDBY' | 'LIVE';

/** One filled table of a read model, by one version of its projection. */
export interface Generation {
  readonly name: string;
  readonly generation: number;
  /** Of the projection that fills it. */
  readonly version: number;
  /** Of the code that fills it; null for one from before that was recorded. */
  readonly foldHash: string | null;
  readonly status: GenerationStatus;
  /** Commit position of the last event applied; −1 before the first. */
  readonly checkpoint: bigint;
  /** An operator holds it where it is. */
  readonly isPaused: boolean;
  /** When it was last put in front of the queries, in milliseconds since 1970; null for never. */
  readonly promotedAt: number | null;
}

/** All generations on record; `epoch` moves whenever one is made, dropped, promoted or paused. */
export interface Registry {
  readonly epoch: number;
  readonly generations: readonly Generation[];
}

export function tableName({ name, generation }: Pick<Generation, 'name' | 'generation'>): string {
  return `${name.replaceAll('-', '_')}_g${generation}`;
}
