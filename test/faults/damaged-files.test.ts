// Files that can be made again, damaged in every way: the service starts, says once where each was
// put, and serves; the other commands end without a stack trace.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceProcess } from '../flow/service.js';
import { logOfServing } from './still-serves.js';

const FILES = ['read-models.sqlite', 'reactions.sqlite'] as const;

let service: ServiceProcess;
const whole = new Map<string, Buffer>();
beforeAll(async () => {
  service = await ServiceProcess.start();
  await service.stop();
  for (const name of FILES) whole.set(name, await readFile(join(service.dataDir, name)));
}, 60_000);
afterAll(() => service.remove(), 30_000);

const damages: Readonly<Record<string, (path: string, sound: Buffer) => Promise<unknown>>> = {
  garbage: (path) => writeFile(path, 'no database at all, '.repeat(1_000)),
  'cut short': (path, sound) => writeFile(path, sound.subarray(0, sound.length / 2 + 7)),
  'zeroes after the header': (path, sound) => writeFile(path, Buffer.from(sound).fill(0, 100)),
  'the database of another program': (path) => {
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE parked_fact (a); CREATE TABLE read_model_generation (b)');
    other.close();
    return Promise.resolve();
  },
  'a folder': (path) => mkdir(path),
};

async function damageAll(how: string, hasWal: boolean): Promise<void> {
  for (const name of FILES) {
    const path = join(service.dataDir, name);
    for (const end of ['', '-wal', '-shm']) await rm(path + end, { force: true, recursive: true });
    await damages[how]!(path, whole.get(name)!);
    if (hasWal) await writeFile(`${path}-wal`, 'no log of a database');
  }
}

describe.each(Object.keys(damages))('files that are damaged: %s', (how) => {
  test.each([false, true])(
    'the service starts and serves; with a -wal file: %s',
    async (wal) => {
      await damageAll(how, wal);
      const said = (await logOfServing(service)).split('\n');
      const aside = (await readdir(service.dataDir)).filter((name) => name.includes('.damaged'));
      for (const name of FILES) {
        expect([name, aside.some((each) => each.startsWith(name))]).toEqual([name, true]);
        expect([name, said.filter((line) => line.includes(`${name}.damaged`)).length]).toEqual([
          name,
          1,
        ]);
      }
      for (const name of aside) await rm(join(service.dataDir, name), { recursive: true });
    },
    90_000,
  );
});

test.each(['garbage', 'a folder'])(
  'commands on files that are %s say so in a line',
  async (how) => {
    await damageAll(how, false);
    for (const args of [['projections'], ['replay', '--status'], ['reactions'], ['verify']]) {
      const { code, stderr } = await service.runToEnd(...args);
      expect([args[0], stderr]).toEqual([args[0], expect.not.stringContaining('    at ')]);
      expect([0, 1, 2, 3]).toContain(code);
    }
  },
  90_000,
);
