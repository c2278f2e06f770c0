// The locks of claimants as Postgres keeps them: each is held by a connection, and ends with it or
// with the life that has it.
import type { ClaimLocks, HeldClaimLock } from '../../../src/read-models/claim-locks.js';
import type { Database, Statements } from '../../../src/read-models/database.js';
import { ReadModelsUnavailableError } from '../../../src/read-models/unavailable.js';
import type { Life } from '../schedule.js';
import type { RowPlace } from './row-place.js';

const LOOK = 'SELECT 1 AS one';

export class SimulatedClaimLocks implements ClaimLocks {
  constructor(
    private readonly place: RowPlace,
    private readonly database: Database,
    private readonly life: Life,
  ) {}

  async hold(name: string): Promise<HeldClaimLock> {
    const { place, database, life } = this;
    const lost = new AbortController();
    const statements = over(database, lost.signal);
    await statements.query(LOOK);
    const lose = () => {
      place.claimLocks.delete(name);
      lost.abort();
    };
    place.claimLocks.set(name, { life, lose });
    const isFree = async (other: string) => {
      await statements.query(LOOK);
      return !place.claimLocks.has(other);
    };
    const end = () => {
      lose();
      return Promise.resolve();
    };
    return { statements, lost: lost.signal, isFree, end };
  }
}

/** Over a connection that may have broken. */
function over(database: Statements, lost: AbortSignal): Statements {
  const there = () => {
    if (!lost.aborted) return database;
    throw new ReadModelsUnavailableError(new Error('The connection broke'));
  };
  return {
    dialect: database.dialect,
    query: async (sql, params) => there().query(sql, params),
    execute: async (sql, params) => there().execute(sql, params),
    columnsOf: async (table) => there().columnsOf(table),
    rowsByKey: async (table, key, keys) => there().rowsByKey(table, key, keys),
    putRows: async (table, definition, rows) => there().putRows(table, definition, rows),
    removeRows: async (table, key, keys) => there().removeRows(table, key, keys),
  };
}
