// One replay at a time: what counts as one that runs, and what a replay's end leaves behind.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRowStore } from '../../src/read-models/open.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';
import { ReplayHeldError, whileReplaying } from '../../src/replay/holder.js';
import { passingTime } from '../support/passing-time.js';

let folder: string;
let rows: RowStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-holder-'));
  rows = await openRowStore({ dataDir: folder });
});
afterEach(async () => {
  await rows.close();
  await rm(folder, { recursive: true });
});

const { time } = passingTime();
const run = (work: () => Promise<string>, on = rows) => whileReplaying(on, work, { time });
const done = () => Promise.resolve('done');

/** As `rows`, of which so many attempts to release the replay find no database. */
function awayAtTheEnd(failures: number): { readonly rows: RowStore; readonly tried: () => number } {
  let tried = 0;
  const releaseReplay: RowStore['releaseReplay'] = (holder) => {
    tried += 1;
    return tried > failures
      ? rows.releaseReplay(holder)
      : Promise.reject(new ReadModelsUnavailableError(new Error('away')));
  };
  const seen = new Proxy(rows, {
    get: (target, name) => {
      if (name === 'releaseReplay') return releaseReplay;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { rows: seen, tried: () => tried };
}

const heldBy = (pid: number, host: string, silentMs: number) =>
  rows.claimReplay({ pid, host, startedAt: 1, beatAt: time.now() - silentMs }, () => false);

test('a database that is away when a replay ends is waited for', async () => {
  const away = awayAtTheEnd(3);
  expect(await run(done, away.rows)).toBe('done');
  expect(away.tried()).toBe(4);
  expect(await run(done)).toBe('done');
});

test('one that stays away changes no outcome, neither a result nor a failure', async () => {
  expect(await run(done, awayAtTheEnd(Infinity).rows)).toBe('done');
  const failed = run(
    () => Promise.reject(new Error('the replay’s own')),
    awayAtTheEnd(Infinity).rows,
  );
  await expect(failed).rejects.toThrow('the replay’s own');
});

test.each([
  ['another process of this machine', process.ppid, hostname()],
  ['a process of another machine', 1, 'elsewhere'],
])('%s holds the replay until it is silent', async (_, pid, host) => {
  await heldBy(pid, host, 9_000);
  await expect(run(done)).rejects.toThrow(ReplayHeldError);
  await heldBy(pid, host, 10_000);
  expect(await run(done)).toBe('done');
});

test('a heartbeat of a clock that was an hour ahead keeps nobody out', async () => {
  await heldBy(1, 'elsewhere', -9_000);
  await expect(run(done)).rejects.toThrow(ReplayHeldError);
  await heldBy(1, 'elsewhere', -3_600_000);
  expect(await run(done)).toBe('done');
});

test('a process of this machine that is gone holds nothing', async () => {
  await heldBy(2 ** 22 + 1, hostname(), 0);
  expect(await run(done)).toBe('done');
});
