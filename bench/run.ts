// `npm run bench [-- NAME… [--small] [--save]]`: runs the named workloads, or all, one at a time,
// and prints a Markdown table with the machine and the command. The first word of a name selects
// all workloads that start with it; `--small` only shows that they work.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from './server-process.js';
import type { Figure, Workload } from './workload.js';
import { abuseWorkload } from './workloads/abuse.js';
import { appendsWorkload, batchesWorkload } from './workloads/embedded-node/appends.js';
import { diskWorkload, filledWorkload, openWorkload } from './workloads/embedded-node/filled.js';
import { liveWorkload } from './workloads/embedded-node/live.js';
import { memoryWorkload } from './workloads/embedded-node/memory.js';
import { catchUpWorkload, readsWorkload } from './workloads/embedded-node/reads.js';
import { streamsWorkload } from './workloads/embedded-node/streams.js';
import { browserWorkload } from './workloads/browser.js';
import { checkoutWorkload } from './workloads/checkout.js';
import { foreignCartWorkload } from './workloads/foreign-cart.js';
import { growthWorkload } from './workloads/growth.js';
import { httpWorkload } from './workloads/http.js';
import { httpCpuWorkload } from './workloads/http-cpu.js';
import { importWorkload } from './workloads/import.js';
import { instancesWorkload } from './workloads/instances.js';
import { longCartWorkload } from './workloads/long-cart.js';
import { lagWorkload } from './workloads/lag.js';
import { overloadWorkload } from './workloads/overload.js';
import { peersWorkload } from './workloads/peers.js';
import { pushManyWorkload } from './workloads/push-many.js';
import { pushWorkload } from './workloads/push.js';
import { rebuildWorkload } from './workloads/rebuild.js';
import { reactionsWorkload } from './workloads/reactions.js';
import { relayWorkload } from './workloads/relay.js';
import { replayWorkload } from './workloads/replay.js';
import { searchWorkload } from './workloads/search.js';
import { staffSearchWorkload } from './workloads/staff-search.js';
import { startWorkload } from './workloads/start.js';
import { tracingWorkload } from './workloads/tracing.js';
import { userProjectionsWorkload } from './workloads/user-projections.js';
import { wireWorkload } from './workloads/wire.js';

const workloads: readonly Workload[] = [
  startWorkload,
  wireWorkload,
  httpWorkload,
  httpCpuWorkload,
  tracingWorkload,
  pushWorkload,
  pushManyWorkload,
  browserWorkload,
  checkoutWorkload,
  reactionsWorkload,
  abuseWorkload,
  overloadWorkload,
  foreignCartWorkload,
  longCartWorkload,
  appendsWorkload,
  batchesWorkload,
  readsWorkload,
  catchUpWorkload,
  liveWorkload,
  filledWorkload,
  openWorkload,
  diskWorkload,
  streamsWorkload,
  memoryWorkload,
  userProjectionsWorkload,
  importWorkload,
  replayWorkload,
  lagWorkload,
  relayWorkload,
  searchWorkload,
  staffSearchWorkload,
  rebuildWorkload,
  growthWorkload,
  instancesWorkload,
  peersWorkload,
];

const usage = `npm run bench [-- NAME… [--small] [--save]]
  --small  only shows that they work
  --save   writes bench/results/DATE.md
The workloads are: ${workloads.map(({ name }) => name).join(', ')}
`;

/** Also of all whose name begins with that word. */
const isNamed = ({ name }: Workload, asked: string) =>
  name === asked || name.startsWith(`${asked}-`);

/** The names that were asked for. Ends the process where it is not told what to measure. */
function namesIn(words: readonly string[]): readonly string[] {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = { small: flag, save: flag, help: flag };
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    const unknown = positionals.find((asked) => !workloads.some((each) => isNamed(each, asked)));
    if (unknown !== undefined) throw new RangeError(`No workload is named ${unknown}`);
    if (!values.help) return positionals;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
  process.stdout.write(usage);
  process.exit(0);
}

const given = process.argv.slice(2).filter((argument) => argument !== '--save');
const asked = namesIn(process.argv.slice(2));
const chosen = workloads.filter(
  (workload) => asked.length === 0 || asked.some((name) => isNamed(workload, name)),
);

const row = ({ what, value, ceiling, ratio }: Figure) =>
  `| ${what} | ${value} | ${ceiling ?? '–'} | ${ratio === undefined ? '–' : ratio.toFixed(2)} |`;

const figures: Figure[] = [];
for (const workload of chosen) {
  process.stderr.write(`${workload.name} …\n`);
  const measured = await workload.run();
  for (const figure of measured) process.stderr.write(`  ${row(figure)}\n`);
  figures.push(...measured);
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: repository });
const day = new Date().toISOString().slice(0, 10);
const table = `# Figures of ${day}

\`npm run bench${given.length > 0 ? ` -- ${given.join(' ')}` : ''}\` at ${commit.toString().trim()}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'},
${Math.round(totalmem() / 2 ** 30)} GiB. The load generator runs on the same machine. Medians of rounds that alternate with the ceiling's.

| figure | seen | no-op ceiling, same minute | share |
|---|---|---|---|
${figures.map(row).join('\n')}
`;
process.stdout.write(table);
if (process.argv.includes('--save')) {
  const folder = join(repository, 'bench/results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${day}.md`), table);
}
