// An import that is killed in the middle and run again ends as one that was not; running it once
// more adds nothing.
import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cartographScript } from '../flow/service.js';

const month = fileURLToPath(new URL('../../data/online-retail/2010-12.csv.gz', import.meta.url));

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-import-'));
  folders.push(folder);
  return folder;
}

function start(dataDir: string, ...args: string[]) {
  return spawn(process.execPath, [cartographScript, ...args], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, DOTENV_PATH: join(dataDir, 'no.env') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function run(dataDir: string, ...args: string[]): Promise<string> {
  const child = start(dataDir, ...args);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return output;
}

interface Summary {
  readonly events: number;
  readonly seconds: number;
}

async function importMonth(dataDir: string): Promise<Summary> {
  return JSON.parse(await run(dataDir, 'import', 'online-retail', month, '--json')) as Summary;
}

/** What the log holds, without what depends on the order and the moment of writing. */
async function contentOf(dataDir: string): Promise<string[]> {
  const lines = (await run(dataDir, 'export')).trim().split('\n');
  return lines
    .map((line) => {
      const { position, recordedAt, ...event } = JSON.parse(line) as Record<string, unknown>;
      expect(typeof position).toBe('string');
      expect(typeof recordedAt).toBe('string');
      return JSON.stringify(event);
    })
    .sort();
}

async function killedImport(dataDir: string, afterMs: number): Promise<NodeJS.Signals | null> {
  const child = start(dataDir, 'import', 'online-retail', month, '--json');
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [, signal] = await exited;
  clearTimeout(timer);
  return signal;
}

test('a killed and repeated import equals one that was not killed', async () => {
  const whole = await newFolder();
  const { events, seconds, ...summary } = await importMonth(whole);
  expect(summary).toEqual({
    lines: 42_481,
    imported: 41_480,
    skipped: { cancellation: 728, 'non-positive quantity': 70, 'zero price': 203 },
    carts: 1_559,
    orders: 1_559,
    units: 359_239,
    revenue: { minorUnits: 82_374_614, currency: 'GBP' },
  });

  const killed = await newFolder();
  // Reading the file takes the first part of it; the kills fall where streams are being written.
  const kills = [0.5, 0.7, 0.9].map((part) => seconds * 1_000 * part + 700);
  const signals: (NodeJS.Signals | null)[] = [];
  for (const afterMs of kills) signals.push(await killedImport(killed, afterMs));
  expect(signals).toContain('SIGKILL');
  const { events: rest, seconds: spent, ...repeated } = await importMonth(killed);
  expect(spent).toBeGreaterThan(0);
  expect(repeated).toEqual(summary);
  expect(rest).toBeLessThan(events);
  expect(await contentOf(killed)).toEqual(await contentOf(whole));

  const again = await importMonth(killed);
  expect(again.events).toBe(0);
}, 300_000);
