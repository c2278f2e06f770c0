// Runs a range of seeds in this process, for itself or for another one that asks.
import { Coverage } from './coverage.js';
import { runSeed } from './run.js';
import type { RunOptions, RunResult } from './run-options.js';

export interface SeedRange {
  readonly from: number;
  readonly count: number;
}

/** Plain data, so that it can be handed to another process. */
export interface RangeResult extends SeedRange {
  readonly steps: number;
  readonly virtualMs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, number>>;
  readonly pairs: readonly string[];
  /** What became of orders, by type of event: for each run where they are paid. */
  readonly orders: readonly Readonly<Record<string, number>>[];
  /** By law about orders: of how many orders and messages it judged something amid faults. */
  readonly exercises: Readonly<Record<string, number>>;
  /** Seeds that broke a law, each with the first law. */
  readonly broken: readonly { readonly seed: number; readonly law: string }[];
  /** Of all traces of the range, in their order. */
  readonly traceHash: string;
}

export async function runRange(
  { from, count }: SeedRange,
  options: RunOptions,
): Promise<RangeResult> {
  const coverage = new Coverage();
  const broken: { readonly seed: number; readonly law: string }[] = [];
  const traces: string[] = [];
  const orders: Readonly<Record<string, number>>[] = [];
  const exercises = new Map<string, number>();
  let steps = 0;
  let virtualMs = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed, options);
    coverage.add(result.coverage);
    const { orderEvents, exercises: ofRun } = result.coverage;
    for (const [law, more] of ofRun) exercises.set(law, (exercises.get(law) ?? 0) + more);
    if (result.scenario.hasPayments) orders.push(Object.fromEntries(orderEvents));
    steps += result.steps;
    virtualMs += result.virtualMs;
    traces.push(result.traceHash);
    const law = lawOf(result);
    if (law !== undefined) broken.push({ seed, law });
  }
  return {
    ...{ from, count, steps, virtualMs, broken, orders },
    exercises: Object.fromEntries(exercises),
    faults: Object.fromEntries(coverage.faults),
    answers: Object.fromEntries(coverage.answers),
    pairs: [...coverage.pairs],
    traceHash: traces.join(''),
  };
}

function lawOf({ violation }: RunResult): string | undefined {
  return violation?.breaches[0]?.law;
}
