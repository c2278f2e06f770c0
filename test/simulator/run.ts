// Runs one seed, out of reach of the real world. The seed alone decides what happens.
import { guard } from './guard.js';
import { Run } from './one-run.js';
import { SeededRandomness } from './randomness.js';
import type { RunOptions, RunResult } from './run-options.js';
import { type Fault, scenarioOf } from './scenario.js';
import { settle } from './settle.js';

export async function runSeed(seed: number, options: RunOptions): Promise<RunResult> {
  // A story is told to find a mistake.
  const doors = guard(options.onNote !== undefined);
  const randomness = SeededRandomness.of(seed);
  const given = { ...options.plant?.scenario, ...options.scenario };
  const drawn = { ...scenarioOf(randomness.fork('scenario'), given.hasPayments), ...given };
  const rates = Object.fromEntries(
    Object.entries(drawn.rates).filter(([fault]) => !options.without?.includes(fault as Fault)),
  );
  const run = new Run(seed, { ...drawn, rates }, options, randomness);
  try {
    await run.prepare();
    const result = await run.toTheEnd();
    if (doors.reached !== undefined) throw doors.reached;
    return result;
  } finally {
    doors.end();
    await settle();
    run.erase();
    doors.lift();
  }
}
