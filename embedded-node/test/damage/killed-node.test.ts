// A node that was killed, and whose WAL the disk has not kept as it was: it does not start on less
// than it acknowledged, says why in one line, and its commands lead on.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { NodeProcess } from '../kills/node-process.js';
import { LOG, WAL, WITNESS } from './damages.js';

const command = fileURLToPath(new URL('../../bin/embedded-node.js', import.meta.url));
const APPENDS = 30;

let dataDir: string;
let node: NodeProcess;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-killed-'));
  node = new NodeProcess({ dataDir });
  await node.start();
  const client = EventStoreDBClient.connectionString(node.connectionString);
  for (let n = 0; n < APPENDS; n += 1) {
    await client.appendToStream('till', jsonEvent({ type: 'Rung', data: { bell: `bell ${n}.` } }));
  }
  await client.dispose();
  await node.kill();
});
afterEach(async () => {
  await node.kill();
  await rm(dataDir, { recursive: true, force: true });
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { code: status, output: stdout.trim(), errors: stderr.trim() };
}

const started = () => run('--port', '0', '--http-port', 'off', '--data', dataDir);

/** Flips a bit in the write that put an event into the WAL; later ones have copies of its page. */
async function flipInWal(text: string): Promise<void> {
  const wal = await readFile(join(dataDir, WAL));
  const at = wal.indexOf(text);
  expect(at).toBeGreaterThan(0);
  wal[at] = wal[at]! ^ 4;
  await writeFile(join(dataDir, WAL), wal);
}

async function bells(): Promise<string[]> {
  await node.start();
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const found: string[] = [];
  for await (const { event } of client.readStream('till')) {
    found.push((event!.data as { bell: string }).bell);
  }
  await client.dispose();
  return found;
}

const rung = (count: number) => Array.from({ length: count }, (_, n) => `bell ${n}.`);

test('a WAL as it was left is taken up whole', async () => {
  expect(await bells()).toEqual(rung(APPENDS));
});

const losses: [what: string, lose: () => Promise<unknown>, why: RegExp][] = [
  ['a bit in an early write', () => flipInWal('bell 3.'), /in its WAL frame \d+ is broken/],
  ['a bit in the very last write', () => flipInWal(`bell ${APPENDS - 1}.`), /were acknowledged/],
  [
    'the end of the WAL',
    async () => truncate(join(dataDir, WAL), (await readFile(join(dataDir, WAL))).length / 2),
    /were acknowledged/,
  ],
  ['all of the WAL', () => rm(join(dataDir, WAL)), /were acknowledged/],
  [
    'a bit in an early write, and the note of what was acknowledged',
    async () => {
      await flipInWal('bell 3.');
      await rm(join(dataDir, WITNESS));
    },
    /in its WAL frame \d+ is broken/,
  ],
  [
    "a bit in the WAL's header",
    async () => {
      const wal = await readFile(join(dataDir, WAL));
      wal[17] = wal[17]! ^ 1;
      await writeFile(join(dataDir, WAL), wal);
    },
    /in its WAL its header is broken/,
  ],
];

test.each(losses)(
  '%s lost: no start, one line, code 3, not a byte changed',
  async (_what, lose, why) => {
    await lose();
    const before = await Promise.all(
      [LOG, WITNESS].map((file) => readFile(join(dataDir, file)).catch(() => '')),
    );
    const { code, output, errors } = started();
    expect({ code, output }).toEqual({ code: 3, output: '' });
    expect(errors).toMatch(why);
    expect(errors).toMatch(/is damaged: .*verify --data .*repair --data .* --to POSITION$/);
    expect(errors.split('\n')).toHaveLength(1);
    const after = await Promise.all(
      [LOG, WITNESS].map((file) => readFile(join(dataDir, file)).catch(() => '')),
    );
    expect(after).toEqual(before);
  },
);

test('verify says what is damaged, and repair goes on with what is sound', async () => {
  await flipInWal('bell 12.');
  const wal = await readFile(join(dataDir, WAL));
  const { code, output } = run('verify', '--data', dataDir);
  expect({ code, wrong: output.split('\n')[0] }).toEqual({
    code: 1,
    wrong: expect.stringMatching(/^WRONG {2}file: in its WAL frame \d+ is broken/),
  });
  const position = Number(/repair --data .* --to (\d+)$/.exec(output)![1]);
  expect(run('repair', '--data', dataDir, '--to', String(position + 64))).toMatchObject({
    code: 1,
    errors: `Events are sound up to position ${position} only: the log ends there`,
  });
  expect(run('repair', '--data', dataDir, '--to', String(position))).toMatchObject({ code: 0 });
  expect(await readFile(join(dataDir, `${LOG}.damaged-wal`))).toEqual(wal);
  expect(await bells()).toEqual(rung(position / 64));
  expect(position).toBeGreaterThanOrEqual(10 * 64);
  await node.kill('SIGTERM');
  expect(run('verify', '--data', dataDir)).toMatchObject({ code: 0 });
  expect(run('repair', '--data', dataDir, '--to', String(position))).toMatchObject({ code: 1 });
});

test('a stop in order leaves nothing beside the log, so that a backup can take its place', async () => {
  await bells();
  await node.kill('SIGTERM');
  const left = [WAL, WITNESS].map((file) => readFile(join(dataDir, file)));
  expect((await Promise.allSettled(left)).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
});

test('the end of the WAL and the witness lost together: what is left is a sound beginning', async () => {
  const wal = await readFile(join(dataDir, WAL));
  await truncate(join(dataDir, WAL), wal.length / 2);
  await rm(join(dataDir, WITNESS));
  const left = await bells();
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThan(APPENDS);
  expect(left).toEqual(rung(left.length));
});
