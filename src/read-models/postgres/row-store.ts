// Rows of the read models in Postgres, for the projector and the replays of several instances.
import type pg from 'pg';
import { type Comparison, countStatement, differingStatement } from '../comparison.js';
import {
  type CaughtUp,
  type GenerationChange,
  type LogPlace,
  projectedTo,
  type Promotion,
  type ReplayHolder,
  type RowStore,
  type SkippedEvent,
  type Told,
} from '../row-store.js';
import {
  type Generation,
  type Registry,
  type Row,
  type TableDefinition,
  tableName,
} from '../table.js';
import { available, type Connection, inTransaction, openPool, prepare } from './database.js';
import {
  insertGeneration,
  lockRegistry,
  makeStandby,
  moveEpoch,
  promoteGeneration,
  readGenerations,
  readRegistry,
  recordFold,
  setCheckpoint,
} from './generations.js';
import { readPlace, startOver, writePlace } from './log-place.js';
import { ProjectorRole, RoleLostError } from './projector-role.js';
import { beatHolder, isHeldBy, readHolder, removeHolder, writeHolder } from './replay-holder.js';
import { decoded, tableStatements, writeRows } from './stored-rows.js';

const POOL_SIZE = 4;
const FETCHED = 500;

export class PostgresRowStore implements RowStore {
  private cursors = 0;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly role: ProjectorRole,
    /** Of a snapshot: the one connection on which everything is read. */
    private readonly snapshot?: pg.PoolClient,
  ) {}

  /** @throws ReadModelsUnavailableError */
  static async open(connectionString: string): Promise<PostgresRowStore> {
    const pool = openPool(connectionString, POOL_SIZE);
    await prepare(pool);
    return new PostgresRowStore(pool, new ProjectorRole(connectionString));
  }

  /** For comparing: all that is read comes from one moment, whatever is written meanwhile. */
  static async openSnapshot(connectionString: string): Promise<PostgresRowStore> {
    const pool = openPool(connectionString, 1);
    await prepare(pool);
    const client = await available(pool.connect());
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Comparing may take longer than any other statement may.
    await client.query(
      'SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
    );
    return new PostgresRowStore(pool, new ProjectorRole(connectionString), client);
  }

  registry(): Promise<Registry> {
    return available(readRegistry(this.connection));
  }

  generations(): Promise<readonly Generation[]> {
    return available(readGenerations(this.connection));
  }

  /** One that another instance has made meanwhile is left as it is. */
  create(generation: Generation, table: TableDefinition): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await lockRegistry(client);
      const known = await readGenerations(client);
      const { name } = generation;
      if (known.some((one) => one.name === name && one.generation === generation.generation))
        return;
      await client.query(tableStatements(generation, table));
      await insertGeneration(client, generation);
      await moveEpoch(client);
    });
  }

  recordFold(generation: Generation, foldHash: string): Promise<void> {
    return available(recordFold(this.connection, generation, foldHash));
  }

  drop({ name, generation }: Generation): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await lockRegistry(client);
      const { rowCount } = await client.query(
        "DELETE FROM read_model_generation WHERE name = $1 AND generation = $2 AND status <> 'LIVE'",
        [name, generation],
      );
      if (rowCount === 0) return;
      await client.query(`DROP TABLE ${tableName({ name, generation })}`);
      await moveEpoch(client);
    });
  }

  async load(
    generation: Generation,
    table: TableDefinition,
    keys: readonly string[],
  ): Promise<Map<string, Row>> {
    if (keys.length === 0) return new Map();
    const select = `SELECT * FROM ${tableName(generation)} WHERE ${table.key} = ANY($1::text[])`;
    const { rows } = await available(
      this.connection.query<Record<string, unknown>>(select, [keys]),
    );
    return new Map(rows.map((row) => [String(row[table.key]), decoded(row, table)]));
  }

  /** @throws RoleLostError when another instance projects by now */
  commit(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    epoch: number,
    standsOn?: LogPlace,
  ): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const registry = await lockRegistry(client);
      if (this.role.term !== undefined && registry.term !== this.role.term)
        throw new RoleLostError();
      if (registry.epoch !== epoch) return false;
      await writeAll(client, changes, checkpoint, skipped);
      if (standsOn !== undefined) await writePlace(client, standsOn);
      await this.role.tell(client, toldOf(changes, checkpoint));
      return true;
    });
  }

  standsOn(): Promise<LogPlace | null> {
    return available(readPlace(this.connection));
  }

  startOver(kept: readonly Generation[]): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await lockRegistry(client);
      await startOver(client, kept);
    });
  }

  fill(
    changes: readonly GenerationChange[],
    checkpoint: bigint,
    skipped: readonly SkippedEvent[],
    holder: ReplayHolder,
  ): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      if (!(await isHeldBy(client, holder))) return false;
      await writeAll(client, changes, checkpoint, skipped);
      return true;
    });
  }

  join(
    building: readonly Generation[],
    holder: ReplayHolder,
    catchUp: (checkpoint: bigint) => Promise<CaughtUp>,
  ): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      // The projector waits for the registry until this ends.
      await lockRegistry(client);
      if (!(await isHeldBy(client, holder))) return false;
      const checkpoint = projectedTo(await readGenerations(client));
      const { changes, skipped } = await catchUp(checkpoint);
      await writeAll(client, changes, checkpoint, skipped);
      for (const generation of building) await makeStandby(client, generation);
      await moveEpoch(client);
      return true;
    });
  }

  promote(promotions: readonly Promotion[], at: number): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await lockRegistry(client);
      for (const promotion of promotions) await promoteGeneration(client, promotion, at);
      await moveEpoch(client);
    });
  }

  setPaused(name: string, isPaused: boolean): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await lockRegistry(client);
      await client.query('UPDATE read_model_generation SET is_paused = $2 WHERE name = $1', [
        name,
        isPaused,
      ]);
      await moveEpoch(client);
    });
  }

  async skipped(): Promise<readonly SkippedEvent[]> {
    const { rows } = await available(
      this.connection.query<Omit<SkippedEvent, 'position'> & { position: string }>(
        'SELECT * FROM skipped_event ORDER BY position::numeric',
      ),
    );
    return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
  }

  claimReplay(
    holder: ReplayHolder,
    isAlive: (other: ReplayHolder) => boolean,
  ): Promise<ReplayHolder | null> {
    return inTransaction(this.pool, async (client) => {
      await lockRegistry(client);
      const found = await readHolder(client);
      if (found !== null && isAlive(found)) return found;
      await writeHolder(client, holder);
      return null;
    });
  }

  beatReplay(holder: ReplayHolder, at: number): Promise<void> {
    return available(beatHolder(this.pool, holder, at));
  }

  releaseReplay(holder: ReplayHolder): Promise<void> {
    return available(removeHolder(this.pool, holder));
  }

  holdRole(signal: AbortSignal): Promise<AbortSignal> {
    return this.role.hold(signal);
  }

  follow(listener: (told: Told) => void): Promise<void> {
    return this.role.follow(listener);
  }

  /** By a cursor: a read model need not fit into memory. */
  async *rows(generation: Generation, table: TableDefinition): AsyncIterable<Row> {
    const client = this.snapshot ?? (await available(this.pool.connect()));
    const cursor = `rows_${(this.cursors += 1)}`;
    try {
      if (this.snapshot === undefined) await client.query('BEGIN READ ONLY');
      await client.query(
        `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT * FROM ${tableName(generation)} ORDER BY ${table.key}`,
      );
      for (;;) {
        const { rows } = await client.query<Record<string, unknown>>(
          `FETCH ${FETCHED} FROM ${cursor}`,
        );
        for (const row of rows) yield decoded(row, table);
        if (rows.length < FETCHED) break;
      }
      await client.query(`CLOSE ${cursor}`);
    } finally {
      if (this.snapshot === undefined) {
        await client.query('ROLLBACK').catch(() => undefined);
        client.release();
      }
    }
  }

  async compare(
    one: Generation,
    other: Generation,
    table: TableDefinition,
  ): Promise<Comparison | null> {
    const { connection } = this;
    for (const each of [one, other]) if (!(await this.hasColumns(each, table))) return null;
    const counted = await available(
      connection.query<{ count: number }>(countStatement(one, other, table)),
    );
    const differing = await available(
      connection.query<{ key: string }>(differingStatement(one, other, table)),
    );
    return { rows: counted.rows[0]?.count ?? 0, differing: differing.rows.map(({ key }) => key) };
  }

  private async hasColumns(generation: Generation, { columns }: TableDefinition) {
    const { fields } = await available(
      this.connection.query(`SELECT * FROM ${tableName(generation)} LIMIT 0`),
    );
    return Object.keys(columns).every((column) => fields.some(({ name }) => name === column));
  }

  async close(): Promise<void> {
    await this.role.close();
    this.snapshot?.release(true);
    await this.pool.end();
  }

  private get connection(): Connection {
    return this.snapshot ?? this.pool;
  }
}

async function writeAll(
  client: pg.PoolClient,
  changes: readonly GenerationChange[],
  checkpoint: bigint,
  skipped: readonly SkippedEvent[],
): Promise<void> {
  for (const change of changes) {
    await writeRows(client, change);
    await setCheckpoint(client, change.generation, checkpoint);
  }
  for (const { name, position, stream, revision, type, reason, kind } of skipped) {
    await client.query(
      `INSERT INTO skipped_event (name, position, stream, revision, type, reason, kind)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [name, String(position), stream, revision, type, reason, kind],
    );
  }
}

function toldOf(changes: readonly GenerationChange[], checkpoint: bigint): Told {
  const changed = changes
    .filter(({ generation, rows }) => generation.status === 'LIVE' && rows.size > 0)
    .map(({ generation }) => generation.name);
  return { position: checkpoint, changed };
}
