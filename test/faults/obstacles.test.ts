// Anything that lies in the place of a file which the service makes itself: it starts, says once
// where it has put what, and serves. What it cannot make again, such as its keys, it refuses in a
// line.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceProcess } from '../flow/service.js';
import { logOfServing } from './still-serves.js';

const MADE_AGAIN = [
  ...['read-models.sqlite', 'snapshots.sqlite', 'reactions.sqlite', 'payments.sqlite'],
  ...['order-placement.position', 'order-placement.position.new', 'erasure.position'],
  ...['order-fulfilment.position', 'order-fulfilment.position.new', 'log-id', 'other-logs'],
];
/** They say nothing that is worth a word. */
const WORTHLESS = ['endpoint.json', 'serving.lock'];

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
  await service.stop();
}, 60_000);
afterAll(() => service.remove(), 30_000);

const obstacles: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'folders with something in them': async (path) => {
    await mkdir(path);
    await writeFile(join(path, 'something'), 'of somebody');
  },
  'links to nothing': (path) => symlink(join(service.dataDir, 'no/where'), path),
};

async function obstruct(how: string, names: readonly string[]): Promise<void> {
  for (const name of await readdir(service.dataDir)) {
    if (name.includes('.damaged')) await rm(join(service.dataDir, name), { recursive: true });
  }
  for (const name of names) {
    const path = join(service.dataDir, name);
    for (const end of ['', '-wal', '-shm']) await rm(path + end, { force: true, recursive: true });
    // A folder is what the last of them is.
    if (name === 'other-logs') await writeFile(path, 'no folder');
    else await obstacles[how]!(path);
  }
}

describe.each(Object.keys(obstacles))('with %s in the place of its files', (how) => {
  beforeEach(() => obstruct(how, [...MADE_AGAIN, ...WORTHLESS]));

  test('the service starts, says so, and serves', async () => {
    const said = await logOfServing(service);
    const names = await readdir(service.dataDir);
    for (const name of MADE_AGAIN) {
      const aside = names.filter((each) => each.startsWith(`${name}.damaged-`));
      expect([name, aside.length > 0]).toEqual([name, true]);
      expect([name, said.includes(aside[0]!)]).toEqual([name, true]);
    }
  }, 90_000);

  test('commands end without a stack trace', async () => {
    for (const args of [['verify'], ['reactions'], ['projections'], ['inspect', 'product-71053']]) {
      const { stderr } = await service.runToEnd(...args);
      expect([args[0], stderr]).toEqual([args[0], expect.not.stringContaining('    at ')]);
    }
  }, 90_000);
});

test.each(['keys', 'log'])(
  'a file in the place of the folder %s is refused in a line',
  async (name) => {
    const other = await ServiceProcess.start();
    await other.stop();
    const path = join(other.dataDir, name);
    await rm(path, { recursive: true });
    await writeFile(path, 'no folder');
    const { code, stderr } = await other.runToEnd('serve');
    const [line = '', ...rest] = stderr
      .trim()
      .split('\n')
      .filter((each) => !each.startsWith('{'));
    await other.remove();
    expect({ isNamed: line.includes(path), rest }).toEqual({ isNamed: true, rest: [] });
    expect([2, 3]).toContain(code);
  },
  90_000,
);
