// A file of a key that is empty or cut, as a power failure or a full disk leaves it: no key is used
// that others could guess, and the line names the file.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signingKey, trustedKey } from '../../src/audit/audit-keys.js';
import { loadSecret } from '../../src/tokens/key-folder.js';
import { localKey } from '../../src/tokens/local-key.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const uses: [string, (dataDir: string) => Promise<unknown>][] = [
  ['cart-tokens.secret', loadSecret],
  ['sign-in.jwk', localKey],
  ['audit-private.pem', signingKey],
];

test.each(uses)('%s is refused when it is empty, cut or something else', async (name, use) => {
  await use(dataDir);
  const path = join(dataDir, 'keys', name);
  const whole = await readFile(path);
  const isRefused = () =>
    expect(use(dataDir)).rejects.toMatchObject({
      name: 'KeyFileError',
      message: expect.stringContaining(path),
    });
  for (const length of [0, 1, 20, whole.length - 2]) {
    await writeFile(path, whole);
    await truncate(path, length);
    await isRefused();
    expect((await readFile(path)).length).toBe(length);
  }
  await writeFile(path, Buffer.alloc(whole.length));
  await isRefused();
  await writeFile(path, whole);
  await use(dataDir);
});

test('a cut audit key is refused where only its public half is needed', async () => {
  expect(await trustedKey(dataDir)).toBeUndefined();
  await signingKey(dataDir);
  expect(await trustedKey(dataDir)).toContain('PUBLIC KEY');
  await truncate(join(dataDir, 'keys', 'audit-private.pem'), 20);
  await expect(trustedKey(dataDir)).rejects.toMatchObject({ name: 'KeyFileError' });
});
