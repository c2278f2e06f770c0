// One case from its first step to the first one that goes otherwise than the transcript says.
import { compare, compareInAnyOrder, type Comparison, type Mismatch } from './compare.js';
import { Connections } from './connections.js';
import { Positions } from './positions.js';
import { RunValues } from './run-values.js';
import { doStep, type CaseRun } from './steps.js';
import type { Case, Step } from './transcript.js';

export interface Outcome {
  topic: string;
  name: string;
  durationMs: number;
  /** Number of the step that went otherwise, from 0, or null where all is well. */
  failedStep: number | null;
  /** That step in short, for a reader. */
  step: string;
  mismatches: Mismatch[];
}

function differences(step: Step, observed: Record<string, unknown>, to: Comparison): Mismatch[] {
  const { expect } = step;
  if (!expect) return [];
  if (Array.isArray(expect.inAnyOrder) && Array.isArray(observed.inAnyOrder)) {
    return compareInAnyOrder(expect.inAnyOrder, observed.inAnyOrder, 'inAnyOrder', to);
  }
  const lists = [...(step.unordered ?? []), ...(step.sorted ? ['frames'] : [])];
  if (step.keep === 'own') lists.push('returns');
  return compare(expect, observed, '', { ...to, unordered: new Set(lists) });
}

function inShort(step: Step): string {
  const shown = JSON.stringify({ ...step, expect: undefined, send: undefined });
  return shown.slice(0, 300);
}

async function firstFailure(
  steps: readonly Step[],
  run: CaseRun,
): Promise<Pick<Outcome, 'failedStep' | 'step' | 'mismatches'>> {
  const positions = new Positions();
  for (const [i, step] of steps.entries()) {
    const observed = await doStep(step, run).catch((error: unknown) => ({
      replayer: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }));
    const to = { values: run.values, positions, unordered: new Set<string>() };
    const expected = step.expect ?? {};
    const mismatches =
      'replayer' in observed || (!step.expect && 'noAnswer' in observed)
        ? compare(expected, observed, '', to)
        : differences(step, observed, to);
    if (mismatches.length > 0) return { failedStep: i, step: inShort(step), mismatches };
  }
  return { failedStep: null, step: '', mismatches: [] };
}

/** Runs a case against the node of the connection string; never rejects for what the node does. */
export async function runCase(topic: string, given: Case, connection: string): Promise<Outcome> {
  const startedAtMs = Date.now();
  const run: CaseRun = {
    values: new RunValues(),
    connections: new Connections(connection, given.clients),
    recorders: new Map(),
  };
  try {
    const result = await firstFailure(given.steps, run);
    return { topic, name: given.name, durationMs: Date.now() - startedAtMs, ...result };
  } finally {
    await run.connections.close();
  }
}
