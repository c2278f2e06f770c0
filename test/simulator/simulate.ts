// `npm run simulate`: runs seeds on all cores, tells how far it is and what was seen, and makes each
// run that breaks a law as small as it can.
import { fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Asked, commandFor, commandLine, optionsOf, usage } from './command-line.js';
import { runSeed } from './run.js';
import type { RunOptions } from './run-options.js';
import { FAULTS } from './scenario.js';
import { HAPPENINGS } from './store/faults.js';
import { type RangeResult, runRange, type SeedRange } from './seed-range.js';
import { shrink } from './shrink.js';
import { breachesInWords, lineOf, timed } from './story.js';

const CHUNK = 25;
const PROGRESS_MS = 10_000;

interface Totals {
  seeds: number;
  steps: number;
  virtualMs: number;
  readonly faults: Map<string, number>;
  readonly answers: Map<string, number>;
  readonly exercises: Map<string, number>;
  readonly pairs: Set<string>;
  readonly orders: Readonly<Record<string, number>>[];
  readonly broken: { readonly seed: number; readonly law: string }[];
  /** Of each range, by its first seed. */
  readonly traces: Map<number, string>;
}

async function main(asked: Asked): Promise<number> {
  if (process.send !== undefined) return serve(asked);
  if (asked.isStory) return tellAll(asked);
  const beganAt = performance.now();
  const totals = await runAll(asked, beganAt);
  const seconds = (performance.now() - beganAt) / 1_000;
  if (asked.isJson) console.log(JSON.stringify(summaryOf(totals, seconds)));
  else print(totals, seconds);
  if (!asked.isJson)
    for (const { seed } of totals.broken.slice(0, asked.most)) await tellShrunk(asked, seed);
  return totals.broken.length === 0 ? 0 : 1;
}

/** Runs what the parent sends, until it hangs up. */
function serve({ runs }: Asked): Promise<number> {
  const options = optionsOf(runs);
  return new Promise((resolve) => {
    process.on('message', (range: SeedRange) => {
      void runRange(range, options).then((result) => process.send?.(result));
    });
    process.on('disconnect', () => resolve(0));
  });
}

async function runAll(asked: Asked, beganAt: number): Promise<Totals> {
  const totals: Totals = {
    ...{ seeds: 0, steps: 0, virtualMs: 0, orders: [], broken: [] },
    ...{ faults: new Map(), answers: new Map(), exercises: new Map() },
    ...{ pairs: new Set(), traces: new Map() },
  };
  // Another process takes longer to load than a few runs.
  if (asked.seeds <= CHUNK && asked.workers === undefined) {
    const { from, seeds: count } = asked;
    addTo(totals, await runRange({ from, count }, optionsOf(asked.runs)));
    return totals;
  }
  const ranges = rangesOf(asked);
  const report = setInterval(() => tellProgress(asked, totals, beganAt), PROGRESS_MS);
  const workers = Array.from({ length: asked.workers ?? availableParallelism() }, () =>
    work(asked, ranges, totals),
  );
  await Promise.all(workers);
  clearInterval(report);
  totals.broken.sort((one, other) => one.seed - other.seed);
  return totals;
}

/** One process after the other range, until there is none left or enough is broken. */
function work(asked: Asked, ranges: Iterator<SeedRange>, totals: Totals): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2));
  return new Promise((resolve, reject) => {
    const next = () => {
      const range = totals.broken.length < asked.most ? ranges.next() : { done: true as const };
      if (range.done === true) child.disconnect();
      else child.send(range.value);
    };
    child.on('message', (result: RangeResult) => {
      addTo(totals, result);
      next();
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`A process ended with ${code}`)),
    );
    next();
  });
}

function* rangesOf({ from, seeds }: Asked): Generator<SeedRange> {
  for (let next = from; next < from + seeds; next += CHUNK) {
    yield { from: next, count: Math.min(CHUNK, from + seeds - next) };
  }
}

function addTo(totals: Totals, result: RangeResult): void {
  totals.seeds += result.count;
  totals.steps += result.steps;
  totals.virtualMs += result.virtualMs;
  totals.broken.push(...result.broken);
  totals.orders.push(...result.orders);
  totals.traces.set(result.from, result.traceHash);
  for (const pair of result.pairs) totals.pairs.add(pair);
  addCounts(totals.exercises, result.exercises);
  addCounts(totals.faults, result.faults);
  addCounts(totals.answers, result.answers);
}

function addCounts(counts: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) {
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
}

function tellProgress({ seeds }: Asked, totals: Totals, beganAt: number): void {
  const seconds = (performance.now() - beganAt) / 1_000;
  const rate = Math.round(totals.steps / seconds);
  const { broken } = totals;
  console.error(`${totals.seeds} of ${seeds} seeds, ${rate} steps/s, ${broken.length} broke a law`);
}

function summaryOf(
  { faults, answers, exercises, pairs, traces, ...totals }: Totals,
  seconds: number,
) {
  const inOrder = [...traces].sort(([one], [other]) => one - other);
  return {
    ...totals,
    seconds,
    faults: Object.fromEntries(faults),
    answers: Object.fromEntries(answers),
    exercises: Object.fromEntries(exercises),
    pairs: pairs.size,
    traceHash: hash('sha256', inOrder.map(([, trace]) => trace).join('')),
  };
}

function print(totals: Totals, seconds: number): void {
  const { seeds, steps, virtualMs, faults, answers, pairs, broken } = totals;
  const hours = (virtualMs / 3_600_000).toFixed(1);
  const rate = Math.round(steps / seconds);
  console.log(`${seeds} seeds, ${steps} steps, ${hours} virtual hours, ${rate} steps/s`);
  const ofAll = (FAULTS.length * (FAULTS.length - 1)) / 2;
  console.log(`${pairs.size} pairs of faults and consequences in one run (${ofAll} of faults)`);
  const unseen = [...new Set([...FAULTS, ...HAPPENINGS])].filter((one) => !faults.has(one));
  if (unseen.length > 0) console.log(`never: ${unseen.join(', ')}`);
  for (const [name, counts] of [
    ['faults', faults],
    ['answers', answers],
  ] as const) {
    const listed = [...counts].sort(([, one], [, other]) => other - one);
    console.log(`${name}: ${listed.map(([what, count]) => `${what} ${count}`).join(', ')}`);
  }
  printOrders(totals);
  console.log(`${broken.length} seeds broke a law`);
  for (const { seed, law } of broken) console.log(`  ${seed}: ${law}`);
}

function printOrders({ orders, exercises }: Totals): void {
  if (orders.length === 0) return;
  const sums = new Map<string, number>();
  for (const ofRun of orders) addCounts(sums, ofRun);
  const listed = [...sums].map(([type, count]) => `${type} ${count}`).join(', ');
  console.log(`orders of ${orders.length} runs: ${listed}`);
  const judged = [...exercises].map(([law, count]) => `${law} ${count}`).join(', ');
  console.log(`judged of orders amid faults: ${judged}`);
}

async function tellShrunk(asked: Asked, seed: number): Promise<void> {
  const options = optionsOf(asked.runs);
  const broken = await runSeed(seed, options);
  if (broken.violation === undefined) throw new Error(`Seed ${seed} gave another run`);
  const shrunk = await shrink(seed, options, broken);
  console.log(`\nSeed ${seed}, made smaller in ${shrunk.runs} runs:`);
  await tell(seed, shrunk.options);
  console.log(commandFor(seed, shrunk.options));
}

async function tellAll({ from, seeds, runs }: Asked): Promise<number> {
  let isBroken = false;
  for (let seed = from; seed < from + seeds; seed += 1) {
    isBroken = (await tell(seed, optionsOf(runs))) || isBroken;
  }
  return isBroken ? 1 : 0;
}

/** Answers whether a law broke. */
async function tell(seed: number, options: RunOptions): Promise<boolean> {
  const lines: string[] = [];
  const result = await runSeed(seed, {
    ...options,
    onRecord: (record, nowMs) => lines.push(timed(nowMs, lineOf(record))),
    onNote: (note, nowMs) => lines.push(timed(nowMs, `-- ${note}`)),
  });
  const { violation, scenario, traceHash, steps } = result;
  console.log(JSON.stringify(scenario));
  for (const line of lines) console.log(line);
  for (const line of breachesInWords(violation?.breaches ?? [])) console.log(line);
  console.log(`${steps} steps, trace ${traceHash}`);
  return violation !== undefined;
}

/** Undefined, after a word about why, when there is nothing to run. */
function askedFor(args: readonly string[]): Asked | undefined {
  if (args.includes('--help')) {
    console.log(usage);
    return undefined;
  }
  try {
    return commandLine(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

const asked = askedFor(process.argv.slice(2));
if (asked !== undefined) process.exitCode = await main(asked);
