// The locks of claimants as advisory locks of Postgres, which releases them when the process or the
// connection ends.
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { ClaimLocks, HeldClaimLock } from './claim-locks.js';
import type { Statements } from './database.js';
import { statementsOn } from './postgres.js';
import { openSession } from './postgres-session.js';

/** A connection that is cut off gives no answer; it is given up after this. */
const ANSWER_MS = 5_000;

export function postgresClaimLocks(connectionString: string): ClaimLocks {
  return {
    hold: async (name) => {
      const client = await openSession(connectionString, ANSWER_MS);
      try {
        return await holdOn(client, name);
      } catch (error) {
        // A connection whose set-up fails is not left open.
        await client.end();
        throw error;
      }
    },
  };
}

async function holdOn(client: pg.Client, name: string): Promise<HeldClaimLock> {
  const lost = new AbortController();
  client.once('end', () => lost.abort());
  const statements = statementsOn(client);
  // Nobody else knows the name.
  await statements.query('SELECT pg_advisory_lock($1::bigint)', [lockKeyOf(name)]);
  const isFree = (other: string) => isFreeOf(statements, other);
  return { statements, lost: lost.signal, isFree, end: () => client.end() };
}

/** 64 bits of a hash, as Postgres wants them: one name in 2^64 is taken for another one. */
export function lockKeyOf(name: string): string {
  return Buffer.from(hash('sha256', name, 'hex'), 'hex')
    .readBigInt64BE()
    .toString();
}

/**
 * By a shared lock for this statement alone: it is refused while another connection has the lock,
 * and does not meet that of an instance that looks as well.
 */
async function isFreeOf(statements: Statements, name: string): Promise<boolean> {
  const sql = 'SELECT pg_try_advisory_xact_lock_shared($1::bigint) AS free';
  const [row] = await statements.query<{ readonly free: number }>(sql, [lockKeyOf(name)]);
  return row?.free === 1;
}
