// What befalls the Postgres that instances share: it is stopped, an operator ends its sessions, locks
// its tables, or takes all of its connections.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { History } from '../simulator/history.js';
import type { Randomness } from '../simulator/randomness.js';
import type { Stage } from './stage.js';
import type { Trouble } from './troubles.js';

const LONGEST_DOWN_MS = 1_500;
/** Longer than the service waits for a lock (8 s), too. */
const LONGEST_LOCK_MS = 10_000;
const LONGEST_FULL_MS = 5_000;
const SUBJECT = 'database';

/** None where each instance has rows of its own. */
export function databaseTroubles(stage: Stage, history: History): readonly Trouble[] {
  const { postgres, instances } = stage;
  const url = instances[0]?.place.databaseUrl;
  if (postgres === undefined || url === undefined) return [];
  const trouble = (how: string, bring: (random: Randomness) => Promise<void>): Trouble => ({
    name: `database ${how}`,
    subject: SUBJECT,
    bring: async (random) => {
      history.befell(SUBJECT, 'cut', how);
      await bring(random);
      history.befell(SUBJECT, 'joined');
    },
  });
  return [
    trouble('stopped', async (random) => {
      await postgres.stop();
      await delay(random.below(LONGEST_DOWN_MS));
      await postgres.startAgain();
    }),
    trouble('sessions ended', () => asOperator(url, (client) => client.query(END_SESSIONS))),
    trouble('tables locked', (random) =>
      asOperator(url, async (client) => {
        await client.query('BEGIN');
        await client.query(LOCK_TABLES);
        await delay(random.below(LONGEST_LOCK_MS));
        await client.query('ROLLBACK');
      }),
    ),
    trouble('connections taken', async (random) => {
      const taken = await takeConnections(url);
      await delay(random.below(LONGEST_FULL_MS));
      await Promise.all(taken.map((client) => client.end()));
    }),
  ];
}

const END_SESSIONS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'cartograph'`;

const LOCK_TABLES = `DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', found.tablename);
  END LOOP; END $$`;

/** What it does may be undone by a deadlock with the shop: that is a fault, too. */
async function asOperator(
  url: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
  } finally {
    await client.end();
  }
}

async function takeConnections(url: string): Promise<readonly pg.Client[]> {
  const taken: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch {
      return taken;
    }
    taken.push(client);
  }
}
