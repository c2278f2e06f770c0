// An import that is killed in the middle and run again ends as one that was not; running it once
// more adds nothing.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';

/** The long form: CARTOGRAPH_SOAK=10 npm test -- test/faults */
const SOAK = Number(process.env['CARTOGRAPH_SOAK'] ?? 1);
const KILLS = 3 * SOAK;
/** A quarter of the month; the whole of it is imported beside a service that is killed. */
const LINES = 10_000;

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function someInvoices(): Promise<string[]> {
  const month = new URL('../../data/online-retail/2010-12.csv.gz', import.meta.url);
  const [, ...rows] = gunzipSync(await readFile(month))
    .toString()
    .trim()
    .split('\n');
  return rows.slice(0, LINES);
}

async function run(cartograph: CommandLine, ...args: string[]): Promise<string> {
  const { code, output, errors } = await cartograph.run(...args);
  expect([code, errors]).toEqual([0, '']);
  return output;
}

interface Summary {
  readonly events: number;
  readonly seconds: number;
}

async function importAll(cartograph: CommandLine, path: string): Promise<Summary> {
  return JSON.parse(await run(cartograph, 'import', 'online-retail', path, '--json')) as Summary;
}

/** What the log holds, without what depends on the order and the moment of writing. */
async function contentOf(cartograph: CommandLine): Promise<string[]> {
  const lines = (await run(cartograph, 'export')).split('\n');
  return lines
    .map((line) => {
      const { position, recordedAt, ...event } = JSON.parse(line) as Record<string, unknown>;
      expect(typeof position).toBe('string');
      expect(typeof recordedAt).toBe('string');
      return JSON.stringify(event);
    })
    .sort();
}

/**
 * How much of the log is on disk: what it has written tells how far an import is, whatever the
 * machine.
 */
function bytesOfLog({ dataDir }: CommandLine): number {
  return ['log.sqlite', 'log.sqlite-wal']
    .map((name) => statSync(join(dataDir, 'log', name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size);
}

/** Calls back with the size of the log for as long as a command runs; answers how that ended. */
async function watched(
  cartograph: CommandLine,
  path: string,
  onSize: (bytes: number, child: ReturnType<CommandLine['start']>) => void,
): Promise<NodeJS.Signals | null> {
  const child = cartograph.start('import', 'online-retail', path, '--json');
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const timer = setInterval(() => onSize(bytesOfLog(cartograph), child), 2);
  const [, signal] = await exited;
  clearInterval(timer);
  return signal;
}

/** The most that the log takes on disk while an import writes it. */
async function peakOf(cartograph: CommandLine, path: string): Promise<number> {
  let peak = 0;
  await watched(cartograph, path, (bytes) => (peak = Math.max(peak, bytes)));
  return peak;
}

function killedAt(cartograph: CommandLine, path: string, size: number) {
  return watched(cartograph, path, (bytes, child) => {
    if (bytes >= size) child.kill('SIGKILL');
  });
}

test('a killed and repeated import equals one that was not killed', async () => {
  const whole = await CommandLine.onNewFolder(cleanup);
  const path = await whole.invoices(...(await someInvoices()));
  const { events, seconds, ...summary } = await importAll(whole, path);
  expect(seconds).toBeGreaterThan(0);
  expect(summary).toMatchObject({ lines: LINES, revenue: { currency: 'GBP' } });

  const killed = await CommandLine.onNewFolder(cleanup);
  const peak = await peakOf(await CommandLine.onNewFolder(cleanup), path);
  const signals: (NodeJS.Signals | null)[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const part = 0.2 + (0.6 * kill) / (KILLS - 1);
    signals.push(await killedAt(killed, path, peak * part));
  }
  expect(signals).toContain('SIGKILL');
  const { events: rest, seconds: spent, ...repeated } = await importAll(killed, path);
  expect(spent).toBeGreaterThan(0);
  expect(repeated).toEqual(summary);
  expect(rest).toBeLessThan(events);
  expect(await contentOf(killed)).toEqual(await contentOf(whole));

  const again = await importAll(killed, path);
  expect(again.events).toBe(0);
  expect(await run(killed, 'verify')).toContain('Everything matches');
}, 300_000);
