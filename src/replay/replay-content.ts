// What the record of a replay consists of: what was asked for, the progress and the outcome.
import { z } from 'zod';
import type { Generation } from '../read-models/table.js';
import type { Drift } from './drift.js';
import type { Refusal } from './outcomes.js';
import type { RebuildProgress } from './rebuild-options.js';

const generation = z.object({ name: z.string(), generation: z.int() });
const drift = z.object({
  name: z.string(),
  standing: z.int(),
  rows: z.int(),
  differing: z.int(),
  unexplained: z.int(),
  examples: z.array(z.string()),
  /** Minor units as digits, by currency. */
  money: z.record(z.string(), z.string().regex(/^-?\d+$/)),
});

/** Stored format: change only by adding optional fields. */
const contentSchema = z.object({
  /** Read models; empty for all, or for a promotion for all that can be promoted. */
  names: z.array(z.string()),
  progress: z
    .object({
      done: z.number(),
      events: z.int(),
      eventsPerSecond: z.number(),
      secondsLeft: z.number().nullable(),
    })
    .nullable(),
  /** Why it waits: the database is unavailable. */
  waitsFor: z.string().nullable(),
  /** Whether both sides were compared. */
  isCompared: z.boolean(),
  rebuilt: z.array(generation),
  /** Live now, by a promotion or a rollback. */
  live: z.array(generation),
  dropped: z.array(generation),
  drift: z.array(drift),
  /** Read models whose generations are at different positions or have different columns. */
  incomparable: z.array(z.string()),
  reportId: z.string().nullable(),
  refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
  fault: z.string().nullable(),
});

export type ReplayContent = z.infer<typeof contentSchema>;

export function newContent(names: readonly string[]): ReplayContent {
  return {
    names: [...names],
    ...{ progress: null, waitsFor: null, isCompared: false },
    ...{ rebuilt: [], live: [], dropped: [], drift: [], incomparable: [] },
    ...{ reportId: null, refusal: null, fault: null },
  };
}

export function contentOf(text: string): ReplayContent {
  return contentSchema.parse(JSON.parse(text));
}

export function progressOf(progress: RebuildProgress): NonNullable<ReplayContent['progress']> {
  const { done, events, eventsPerSecond, secondsLeft } = progress;
  return { done, events, eventsPerSecond, secondsLeft: secondsLeft ?? null };
}

export function generationsOf(
  generations: readonly Pick<Generation, 'name' | 'generation'>[],
): ReplayContent['rebuilt'] {
  return generations.map(({ name, generation: number }) => ({ name, generation: number }));
}

export function driftContent(drifts: readonly Drift[]): ReplayContent['drift'] {
  return drifts.map(({ name, standing, rows, differing, unexplained, examples, money }) => ({
    ...{ name, standing, rows, differing, unexplained, examples: [...examples] },
    money: Object.fromEntries(
      Object.entries(money).map(([currency, amount]) => [currency, String(amount)]),
    ),
  }));
}

export function refusalContent({
  reason: code,
  message,
}: Refusal<string>): NonNullable<ReplayContent['refusal']> {
  return { code, message };
}
