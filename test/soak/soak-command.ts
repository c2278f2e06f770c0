// `npm run soak`: a soak from the command line. It prints how it goes and what came of it, and exits
// with 1 when a law was broken; then the history stays where it says.
import { parseArgs } from 'node:util';
import { whyNoPostgres } from '../read-models/postgres-server.js';
import { soak, type SoakOptions, type SoakResult } from './soak.js';
import { whyNoStage } from './stage.js';
import type { Tally } from './tally.js';

const usage = `npm run soak -- [options]
  --minutes    how long people shop; default 10
  --instances  of the service, 1 to 3; default 2
  --database   sqlite or postgres; default postgres where there is one and instances share it
  --households how many people shop in two tabs each; default 6
  --seed       of what clients do and which faults come; default drawn
  TEST_EVENTSTORE_CLUSTER_URL names a cluster to run on; else a node of its own is started and killed
`;

function optionsFrom(args: readonly string[]): SoakOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      instances: { type: 'string', default: '2' },
      database: { type: 'string' },
      households: { type: 'string', default: '6' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const instances = numberFrom('instances', values.instances, 1, 3);
  const usual = instances > 1 && whyNoPostgres === undefined ? 'postgres' : 'sqlite';
  const database = values.database ?? usual;
  if (database !== 'sqlite' && database !== 'postgres') {
    throw new RangeError('--database is sqlite or postgres');
  }
  const clusterUrl = process.env['TEST_EVENTSTORE_CLUSTER_URL'];
  return {
    instances,
    database,
    forMs: numberFrom('minutes', values.minutes, 0.1, 24 * 60) * 60_000,
    households: numberFrom('households', values.households, 1, 100),
    seed: numberFrom('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    ...(clusterUrl !== undefined && clusterUrl !== '' && { clusterUrl }),
  };
}

function numberFrom(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (number >= least && number <= most) return number;
  throw new RangeError(`--${name} is a number from ${least} to ${most}`);
}

function counted(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((so, count) => so + count, 0);
}

const SELDOM_MS = 15_000;
let toldMs = 0;

function tell(tally: Tally, elapsedMs: number): void {
  const { asked, replies, troubles } = tally;
  const line = `${Math.floor(elapsedMs / 1_000)} s: ${asked.toLocaleString('en')} asked, ${(replies.get('accepted') ?? 0).toLocaleString('en')} accepted, ${(replies.get('push') ?? 0).toLocaleString('en')} pushes, ${sum(troubles)} faults`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (elapsedMs - toldMs >= SELDOM_MS) {
    toldMs = elapsedMs;
    process.stderr.write(`${line}\n`);
  }
}

function summarized(options: SoakOptions, result: SoakResult): string {
  const { tally, breaches, events, carts, orders, settledAfterMs, missedLast, folder } = result;
  const { instances, database, clusterUrl, seed, forMs } = options;
  const store = clusterUrl === undefined ? 'a node of its own' : 'the cluster that is named';
  const waited = missedLast === undefined ? '' : `; the last to come was: ${missedLast}`;
  const verdict =
    breaches.length === 0
      ? ['No law was broken.']
      : [
          `${breaches.length} BREACHES; the history is in ${folder}`,
          ...breaches.map(({ law, words }) => `  ${law}: ${words}`),
        ];
  return [
    `${forMs / 60_000} minutes, seed ${seed}, ${instances} instances, ${database}, ${store}`,
    `asked:    ${tally.asked.toLocaleString('en')}`,
    `answered: ${counted(tally.replies)}`,
    `faults:   ${sum(tally.troubles)}: ${counted(tally.troubles)}`,
    `log:      ${events.toLocaleString('en')} events, ${carts} carts, ${orders} orders`,
    `well ${(settledAfterMs / 1_000).toFixed(1)} s after the last fault${waited}`,
    ...verdict,
    '',
  ].join('\n');
}

async function main(): Promise<number> {
  const options = optionsFrom(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const why = whyNoStage(options);
  if (why !== undefined) {
    process.stderr.write(`${why}\n`);
    return 2;
  }
  process.stderr.write(`seed ${options.seed}\n`);
  const result = await soak({ ...options, onProgress: tell });
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.stdout.write(summarized(options, result));
  return result.breaches.length === 0 ? 0 : 1;
}

process.exitCode = await main();
