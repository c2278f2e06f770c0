// What a developer reads of a run: each failing case with its differences, then the score.
import type { Outcome } from './run-case.js';

const longest = 1_500;

function cut(text: string): string {
  return text.length > longest
    ? `${text.slice(0, longest)} … (${String(text.length)} letters)`
    : text;
}

/** A failing case: which step, and what was expected and observed there. */
export function describeFailure(outcome: Outcome): string {
  const differences = outcome.mismatches.map(({ path, expected, observed }) =>
    [
      `    at ${path || 'the step'}`,
      `      expected ${cut(expected)}`,
      `      observed ${cut(observed)}`,
    ].join('\n'),
  );
  const step = `  step ${String(outcome.failedStep)}: ${outcome.step}`;
  return [`✗ ${outcome.topic}: ${outcome.name}`, step, ...differences].join('\n');
}

/** One line a topic: how many cases passed of how many. */
export function score(outcomes: readonly Outcome[]): string {
  const topics = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    topics.set(outcome.topic, [...(topics.get(outcome.topic) ?? []), outcome]);
  }
  const lines = [...topics].sort().map(([topic, all]) => scoreLine(topic, all));
  return [...lines, scoreLine('all', outcomes)].join('\n');
}

function scoreLine(topic: string, outcomes: readonly Outcome[]): string {
  const passed = outcomes.filter(({ failedStep }) => failedStep === null).length;
  return `${topic.padEnd(20)} ${String(passed).padStart(4)} of ${String(outcomes.length)}`;
}
