// What root makes in the data folder of another user belongs to that user: the service could not
// read it otherwise.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptSecret } from '../../src/tokens/key-folder.js';

/** Nobody else can give files away. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;
const SOMEBODY = 12_345;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

asRoot('a key belongs to the owner of the folder, and is readable by nobody else', async () => {
  const folder = join(dataDir, 'keys');
  await mkdir(folder, { mode: 0o700 });
  await chown(folder, SOMEBODY, SOMEBODY);
  await keptSecret(dataDir, 'audit-private.pem', () => Promise.resolve('key'));
  const { uid, gid, mode } = await stat(join(folder, 'audit-private.pem'));
  expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: SOMEBODY, gid: SOMEBODY, mode: 0o600 });
});
