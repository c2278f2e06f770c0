// What `cartograph replay` says to a person: its bar, and a line for each generation and its drift.
import { SingleBar } from 'cli-progress';
import { decimal } from '../../domain/money.js';
import type { Generation } from '../../read-models/table.js';
import type { Drift } from '../../replay/drift.js';
import type { RebuildProgress } from '../../replay/rebuild.js';

export function generationText(one: Generation): string {
  const { name, generation, version, status, checkpoint, isPaused } = one;
  const paused = isPaused ? ', paused' : '';
  return `${name}: generation ${generation}, version ${version}, ${status}${paused}, at position ${checkpoint}`;
}

export function driftText({
  name,
  standing,
  rows,
  differing,
  unexplained,
  examples,
  money,
}: Drift) {
  const amounts = Object.entries(money)
    .filter(([, minorUnits]) => minorUnits !== 0)
    .map(([currency, minorUnits]) => `${decimal(minorUnits, currency)} ${currency}`);
  const inMoney = amounts.length === 0 ? '' : `, ${amounts.join(', ')} in all`;
  const why =
    unexplained === 0 ? '' : `; ${unexplained} unexplained, such as ${examples.join(', ')}`;
  return `${name}: ${differing} of ${rows} rows of generation ${standing} differ from the served ones${inMoney}${why}`;
}

export function incomparableText(name: string): string {
  return `${name}: what is served stands elsewhere in the log, or is of another shape, and cannot be compared`;
}

/** On a terminal; nothing elsewhere. */
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
