// Two servers alternate, so that both are measured in the same minutes of a noisy machine.
import type { ServerProcess } from '../../server-process.js';
import { type Figure, median, milliseconds, perSecond } from '../../workload.js';
import { sizes } from './sizes.js';

/** The result of one server in one round. */
export interface Round {
  readonly perSecond: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

export interface Turn {
  readonly seen: Round;
  readonly ceiling: Round;
}

export async function inTurns(
  seen: ServerProcess,
  ceiling: ServerProcess,
  measure: (server: ServerProcess) => Promise<Round>,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  while (turns.length < sizes.rounds) {
    turns.push({ ceiling: await measure(ceiling), seen: await measure(seen) });
  }
  return turns;
}

/** @param than the ceiling, when it is not the no-op */
export function figureOf(what: string, turns: readonly Turn[], than = ''): Figure {
  const rate = median(turns.map(({ seen }) => seen.perSecond));
  return {
    what: `embedded node, ${what}`,
    value: [perSecond(rate), ...latencies(turns)].join(', '),
    ceiling: perSecond(median(turns.map(({ ceiling }) => ceiling.perSecond))) + than,
    ratio: median(turns.map(({ seen, ceiling }) => seen.perSecond / ceiling.perSecond)),
  };
}

function latencies(turns: readonly Turn[]): string[] {
  const p50 = turns.flatMap(({ seen }) => seen.p50Ms ?? []);
  const p99 = turns.flatMap(({ seen }) => seen.p99Ms ?? []);
  if (p50.length === 0 || p99.length === 0) return [];
  return [`p50 ${milliseconds(median(p50))}`, `p99 ${milliseconds(median(p99))}`];
}
