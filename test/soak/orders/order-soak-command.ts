// `npm run soak:orders`: orders with payment under kills, in full size. It prints what became of
// them, and exits with 1 when one order was not as it should be.
import { parseArgs } from 'node:util';
import { whyNoPostgres } from '../../read-models/postgres-server.js';
import { orderSoak } from './order-soak.js';

const usage = `npm run soak:orders -- [options]
  --orders  how many people buy; default 500
  --kills   of instances and of the event store; default 20
  --seed    of what people do and what is killed; default drawn
`;

/** Longer than a killed instance keeps a mail that it had begun. */
const MAILS_MS = 150_000;
const WEBHOOKS_MS = 60_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '500' },
      kills: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (whyNoPostgres !== undefined) {
    process.stderr.write(`there is no Postgres: ${whyNoPostgres}\n`);
    return 2;
  }
  const [orders, kills, seed] = [values.orders, values.kills, values.seed].map(Number);
  if (!Number.isInteger(orders) || !Number.isInteger(kills) || !Number.isInteger(seed)) {
    process.stderr.write(usage);
    return 2;
  }
  const tell = (words: string) => process.stderr.write(`${words}\n`);
  const rareUnits = Math.ceil(orders! / 10);
  const patience = { mailsWithinMs: MAILS_MS, webhooksWithinMs: WEBHOOKS_MS };
  const sizes = { orders: orders!, kills: kills!, seed: seed!, rareUnits, ...patience };
  tell(`seed ${seed}`);
  const { findings, ...counts } = await orderSoak({ ...sizes, onProgress: tell });
  process.stdout.write(`${JSON.stringify(counts, null, 2)}\n`);
  for (const finding of findings) process.stdout.write(`${finding}\n`);
  process.stdout.write(findings.length === 0 ? 'All is as it should be.\n' : 'See above.\n');
  return findings.length === 0 ? 0 : 1;
}

process.exitCode = await main();
