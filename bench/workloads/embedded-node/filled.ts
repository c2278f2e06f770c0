// A log of a million events beside an empty one: appends, reads, opening, and its size on disk.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, median, milliseconds, type Workload } from '../../workload.js';
import { appendLoad, fill } from './append-load.js';
import { benchedBytes } from './benched-event.js';
import { readAllOf, readStreamOf } from './read-load.js';
import { newDataDir, startNode } from './servers.js';
import { sizes } from './sizes.js';
import { figureOf, inTurns } from './turns.js';

const events = sizes.filledEvents.toLocaleString('en-GB');

/** The long stream is first, so that reads of it and of `$all` are like reads of an old log. */
async function fillLog(dataDir: string, count: number): Promise<void> {
  const node = await startNode(dataDir);
  await fill(node, sizes.readEvents, () => 'long');
  const rest = count - sizes.readEvents;
  if (rest > 0) await fill(node, rest, (append) => `some-${String(append % 1_000)}`);
  await node.stop();
}

let filled: Promise<string> | undefined;

/** Filled once for all workloads; its folder is removed at the end of the process. */
function filledLog(): Promise<string> {
  filled ??= (async () => {
    const dataDir = newDataDir();
    process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
    process.stderr.write(`  filling a log with ${events} events …\n`);
    await fillLog(dataDir, sizes.filledEvents);
    return dataDir;
  })();
  return filled;
}

async function besideEmpty(): Promise<readonly Figure[]> {
  const emptyDir = newDataDir();
  const full = await startNode(await filledLog());
  const empty = await startNode(emptyDir);
  const than = ' (empty log)';
  try {
    const appends = await inTurns(full, empty, (one) => appendLoad(one, { callers: 64 }));
    // The comparison server has only the events that are read.
    await fill(empty, sizes.readEvents, () => 'long');
    const ofStream = await inTurns(full, empty, readStreamOf('long'));
    const ofAll = await inTurns(full, empty, readAllOf);
    return [
      figureOf(`${events} in the log: appends, 64 callers`, appends, than),
      figureOf(`${events} in the log: read of one stream`, ofStream, than),
      figureOf(`${events} in the log: read of $all`, ofAll, than),
    ];
  } finally {
    await Promise.all([full.stop(), empty.stop()]);
    rmSync(emptyDir, { recursive: true, force: true });
  }
}

export const filledWorkload: Workload = { name: 'embedded-node-filled', run: besideEmpty };

async function openMs(dataDir: string): Promise<number> {
  const node = await startNode(dataDir);
  await node.stop();
  return node.startedMs;
}

export const openWorkload: Workload = {
  name: 'embedded-node-open',
  async run() {
    const dataDir = await filledLog();
    const full: number[] = [];
    const empty: number[] = [];
    while (full.length < sizes.rounds) {
      const emptyDir = newDataDir();
      empty.push(await openMs(emptyDir));
      full.push(await openMs(dataDir));
      rmSync(emptyDir, { recursive: true, force: true });
    }
    return [
      {
        what: `embedded node, start of a process on ${events} events, to its ready line`,
        value: milliseconds(median(full)),
        ceiling: `${milliseconds(median(empty))} (empty log)`,
      },
    ];
  },
};

export const diskWorkload: Workload = {
  name: 'embedded-node-disk',
  async run() {
    // A separate log, because other workloads have appended to the shared one.
    const dataDir = newDataDir();
    await fillLog(dataDir, sizes.filledEvents);
    const bytes = readdirSync(dataDir)
      .map((file) => statSync(join(dataDir, file)).size)
      .reduce((sum, size) => sum + size, 0);
    rmSync(dataDir, { recursive: true, force: true });
    return [
      {
        what: `embedded node, bytes on disk an event of ${String(benchedBytes)} bytes of data`,
        value: `${Math.round(bytes / sizes.filledEvents).toLocaleString('en-GB')} B`,
      },
    ];
  },
};
