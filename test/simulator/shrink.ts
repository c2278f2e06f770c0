// From a run that breaks a law to the least that still breaks it: fewer steps, faults, clients and
// instances, one thing at a time, for as long as the same law breaks.
import { crowd } from './clients/crowd.js';
import { runSeed } from './run.js';
import type { RunOptions, RunResult } from './run-options.js';
import type { Fault, Scenario } from './scenario.js';

export interface Shrunk {
  readonly options: RunOptions;
  readonly result: RunResult;
  readonly runs: number;
}

export async function shrink(
  seed: number,
  options: RunOptions,
  broken: RunResult,
  mostRuns = 150,
): Promise<Shrunk> {
  const law = lawOf(broken);
  let best = { options, result: broken };
  let runs = 0;
  for (let isShrinking = true; isShrinking && runs < mostRuns;) {
    isShrinking = false;
    for (const candidate of smaller(best.options, best.result)) {
      if (runs >= mostRuns) break;
      runs += 1;
      const result = await runSeed(seed, candidate);
      if (lawOf(result) !== law) continue;
      best = { options: candidate, result };
      isShrinking = true;
      break;
    }
  }
  return { ...best, runs };
}

function lawOf({ violation }: RunResult): string | undefined {
  return violation?.breaches[0]?.law;
}

function* smaller(options: RunOptions, { scenario }: RunResult): Generator<RunOptions> {
  const { steps, quiet = [], without = [] } = options;
  for (const share of [0.25, 0.5, 0.75, 0.9, 0.97]) {
    const fewer = Math.floor(steps * share);
    if (fewer > 0 && fewer < steps) yield { ...options, steps: fewer };
  }
  const faults = Object.keys(scenario.rates) as Fault[];
  if (faults.length > 1) {
    const half = Math.ceil(faults.length / 2);
    yield { ...options, without: [...without, ...faults.slice(0, half)] };
    yield { ...options, without: [...without, ...faults.slice(half)] };
  }
  for (const fault of faults) yield { ...options, without: [...without, fault] };
  for (const change of simpler(scenario)) {
    yield { ...options, scenario: { ...options.scenario, ...change } };
  }
  for (const name of namesOf(scenario)) {
    if (!quiet.includes(name)) yield { ...options, quiet: [...quiet, name] };
  }
}

function* simpler(scenario: Scenario): Generator<Partial<Scenario>> {
  const {
    instances,
    households,
    storeNodes,
    isShared,
    hasIntruder,
    hasClaims,
    hasDelivery,
    hasErasures,
    bulkLines,
  } = scenario;
  if (instances > 1) yield { instances: instances - 1 };
  if (isShared) yield { isShared: false };
  if (storeNodes > 1) yield { storeNodes: 1 };
  if (households > 1) yield { households: households - 1 };
  if (hasIntruder) yield { hasIntruder: false };
  if (hasClaims) yield { hasClaims: false };
  if (hasDelivery) yield { hasDelivery: false };
  if (hasErasures) yield { hasErasures: false };
  if (bulkLines > 0) yield { bulkLines: Math.floor(bulkLines / 2) };
}

function namesOf({
  households,
  hasIntruder,
  hasPayments,
  hasClaims,
  hasDelivery,
  hasErasures,
  bulkLines,
}: Scenario): string[] {
  const having = { hasIntruder, hasPayments, hasClaims, hasDelivery, hasErasures, bulkLines };
  const options = { instances: [''], households, now: () => 0, ...having };
  const { clients, early } = crowd(options);
  return [...clients.map(([, client]) => client), ...early].map(({ name }) => name);
}
