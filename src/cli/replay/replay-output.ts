// The output of `cartograph replay`: a progress bar, text for people, JSON for programs.
import { SingleBar } from 'cli-progress';
import { decimal, jsonAmount } from '../../domain/money.js';
import type { Generation } from '../../read-models/table.js';
import type { Drift } from '../../replay/drift.js';
import type { Differences, ReplayStatus, ReplayWork } from '../../replay/outcomes.js';
import type { RebuildProgress } from '../../replay/rebuild-options.js';

type Named = Pick<Generation, 'name' | 'generation'>;

export function statusText(status: ReplayStatus): string {
  return [
    ...status.generations.map(generationText),
    ...differencesText(status),
    ...status.skipped.map(
      ({ name, stream, revision, type, reason }) =>
        `SKIPPED  ${name}: ${stream}@${revision} (${type}): ${reason}`,
    ),
  ].join('\n');
}

function generationText(one: Generation): string {
  const { name, generation, version, status, checkpoint, isPaused } = one;
  const paused = isPaused ? ', paused' : '';
  return `${name}: generation ${generation}, version ${version}, ${status}${paused}, at position ${checkpoint}`;
}

export function differencesText({ drift, incomparable }: Differences): string[] {
  return [
    ...drift.map(driftText),
    ...incomparable.map(
      (name) =>
        `${name}: the live rows are at another position or have other columns, and cannot be compared`,
    ),
  ];
}

function driftText(drift: Drift): string {
  const { name, standing, rows, differing, unexplained, examples, money } = drift;
  const amounts = Object.entries(money)
    .filter(([, minorUnits]) => minorUnits !== 0n)
    .map(([currency, minorUnits]) => `${decimal(minorUnits, currency)} ${currency}`);
  const inMoney = amounts.length === 0 ? '' : `, ${amounts.join(', ')} in all`;
  const why =
    unexplained === 0 ? '' : `; ${unexplained} unexplained, such as ${examples.join(', ')}`;
  return `${name}: ${differing} of ${rows} rows of generation ${standing} differ from the live ones${inMoney}${why}`;
}

export function promotedText(promoted: readonly Named[], ms: number): string {
  return `${promoted.map(({ name }) => name).join(', ')}: promoted in ${ms.toFixed(0)} ms`;
}

export function rebuiltText({ rebuilt, events, seconds }: ReplayWork): string {
  const names = rebuilt.map(({ name, generation }) => `${name} (generation ${generation})`);
  const rate = Math.round(events / Math.max(seconds, 0.001)).toLocaleString('en-GB');
  return `Rebuilt ${names.join(', ')}: ${events.toLocaleString('en-GB')} events in ${seconds.toFixed(1)} s, ${rate}/s`;
}

export function rolledBackText(live: readonly Named[]): string {
  return live
    .map(({ name, generation }) => `${name}: generation ${generation} is live again`)
    .join('\n');
}

export function droppedText(dropped: readonly Named[], which: 'earlier' | 'newer'): string {
  if (dropped.length === 0) return `There is no ${which} generation to drop`;
  return dropped
    .map(({ name, generation }) => `${name}: generation ${generation} is dropped`)
    .join('\n');
}

/** Amounts beyond JSON's numbers become strings of digits. */
function jsonOfDrift({ money, ...counted }: Drift) {
  const amounts = Object.entries(money).map(([currency, sum]) => [currency, jsonAmount(sum)]);
  return { ...counted, money: Object.fromEntries(amounts) as Record<string, number | string> };
}

/** A position does not fit into a JSON number. */
export function jsonOfStatus({ generations, drift, incomparable, skipped }: ReplayStatus): string {
  return JSON.stringify({
    generations: generations.map((one) => ({ ...one, checkpoint: String(one.checkpoint) })),
    drift: drift.map(jsonOfDrift),
    incomparable,
    skipped: skipped.map((one) => ({ ...one, position: String(one.position) })),
  });
}

export function jsonOfWork(
  work: ReplayWork,
  promoted: readonly Named[],
  refusal: string | null,
): string {
  return JSON.stringify({
    rebuilt: work.rebuilt.map(({ name, generation }) => ({ name, generation })),
    events: work.events,
    seconds: work.seconds,
    drift: work.drift.map(jsonOfDrift),
    incomparable: work.incomparable,
    reportId: work.report?.id ?? null,
    promoted: promoted.map(({ name }) => name),
    dropped: work.dropped.length,
    refusal,
  });
}

/** Shown only on a terminal. */
export function replayBar() {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    format: 'Replaying {bar} {percentage} %, {rate} events/s, {left} left',
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    show: ({ done, eventsPerSecond, secondsLeft }: RebuildProgress) => {
      const rate = Math.round(eventsPerSecond).toLocaleString('en-GB');
      const left = secondsLeft === undefined ? '?' : `${Math.ceil(secondsLeft)} s`;
      if (!isStarted) bar.start(100, 0, { rate, left });
      isStarted = true;
      bar.update(Math.floor(done * 100), { rate, left });
    },
    end: () => bar.stop(),
  };
}
