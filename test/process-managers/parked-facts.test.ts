// The file of the parked events: it outlives restarts, and what is no use is put aside.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { ParkedFacts } from '../../src/process-managers/parked-facts.js';
import { opened } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';

let dataDir = '';
let path = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-parked-'));
  path = join(dataDir, 'reactions.sqlite');
});
afterEach(() => rm(dataDir, { recursive: true }));

const NAME = 'a reaction';

function events(count: number): StoredEvent[] {
  const log = new StoredLog();
  for (let at = 0; at < count; at += 1) log.append(`cart-${at}`, opened());
  return log.events;
}

function using<Result>(work: (parked: ParkedFacts) => Result): Result {
  const parked = ParkedFacts.open(dataDir);
  try {
    return work(parked);
  } finally {
    parked.close();
  }
}

test('what is parked is there after a restart, each once, until it is released', () => {
  const [one, two] = events(2);
  using((parked) => {
    parked.park(NAME, one!, 'no room', 3, 1_000);
    parked.park(NAME, two!, 'no room', 3, 2_000);
    parked.park(NAME, one!, 'still no room', 1, 3_000);
    parked.park('another', one!, 'no', 1, 1_000);
  });
  using((parked) => {
    const [first, second] = parked.list(NAME);
    expect(first).toMatchObject({ stream: 'cart-0', attempts: 4, reason: 'still no room' });
    expect(parked.reactions()).toEqual([NAME, 'another']);
    expect([second?.stream, parked.count(NAME), parked.count('another')]).toEqual(['cart-1', 2, 1]);
    expect(first).toMatchObject({ parkedAt: 1_000, position: one!.position });
    expect(parked.list(NAME, 1, 1)).toEqual([second]);
    parked.release(first!);
    expect(parked.list(NAME)).toEqual([second]);
    parked.clear(NAME);
    expect([parked.count(NAME), parked.count('another')]).toEqual([0, 1]);
  });
});

test('it is for its owner alone', async () => {
  using(() => undefined);
  expect((await stat(path)).mode & 0o077).toBe(0);
});

describe('in the place of the file', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['text', () => writeFile(path, 'no database at all, '.repeat(500))],
    ['a folder', () => mkdir(path)],
    ['a link to nothing', () => symlink(join(dataDir, 'no/where'), path)],
    [
      'the database of another program',
      () => {
        const other = new DatabaseSync(path);
        other.exec('CREATE TABLE parked_fact (a)');
        other.close();
        return Promise.resolve();
      },
    ],
  ])('%s is put aside, and a new one is made', async (_what, make) => {
    await make();
    const putAsideAs = using((parked) => {
      parked.park(NAME, events(1)[0]!, 'no room', 1, 1_000);
      return parked.putAsideAs;
    });
    expect(await readdir(dataDir)).toContain(putAsideAs?.slice(dataDir.length + 1));
    expect(using((parked) => [parked.count(NAME), parked.putAsideAs])).toEqual([1, undefined]);
  });
});
