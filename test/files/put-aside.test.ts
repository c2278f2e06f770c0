// What lies in the place of a file that can be made again, and how it is moved out of the way.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isThere, obstacleAt, putAside } from '../../src/files/put-aside.js';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-aside-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

test('nothing, a file and a link to a file are no obstacles', async () => {
  expect([obstacleAt(path), isThere(path)]).toEqual([undefined, false]);
  await writeFile(path, 'content');
  await symlink(path, join(folder, 'link'));
  expect([obstacleAt(path), obstacleAt(join(folder, 'link'))]).toEqual([undefined, undefined]);
});

test.each<[string, string, () => Promise<unknown>]>([
  ['a folder', 'it is a folder', () => mkdir(path)],
  ['a link to a folder', 'it is a folder', () => symlink(folder, path)],
  ['a link to nothing', 'it is a link to nothing', () => symlink(join(folder, 'gone'), path)],
  ['a link to itself', 'it is a link to nothing', () => symlink(path, path)],
  ['a pipe', 'it is no file', () => Promise.resolve(execFileSync('mkfifo', [path]))],
  ['a folder as its WAL', 'its -wal file: it is a folder', () => mkdir(`${path}-wal`)],
])('%s is one, and is moved aside as it is', async (_what, reason, make) => {
  await make();
  expect(obstacleAt(path)).toBe(reason);
  const aside = putAside(path);
  expect([isThere(aside) || isThere(`${aside}-wal`), obstacleAt(path)]).toEqual([true, undefined]);
});

const isRoot = process.getuid?.() === 0;
const unlessRoot = isRoot ? test.skip : test;
unlessRoot(
  `what may not be read is one${isRoot ? ' (skipped: root may read anything)' : ''}`,
  async () => {
    await writeFile(path, 'content', { mode: 0o000 });
    expect(obstacleAt(path)).toBe('it may not be read and written');
  },
);

test('several within one millisecond keep names of their own', async () => {
  const asides = [];
  for (const content of ['1', '2', '3']) {
    await writeFile(path, content);
    await writeFile(`${path}-wal`, `${content} of the log`);
    asides.push(putAside(path));
  }
  const kept = await Promise.all(asides.map((aside) => readFile(aside, 'utf8')));
  expect(kept).toEqual(['1', '2', '3']);
  expect(await readdir(folder)).toHaveLength(6);
});
