// Rows that are as they should be, in a file that is not: an index without a row hides it.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileFindings } from '../../src/read-models/damaged-file.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-findings-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

test('a flipped bit of an index is found, and a sound file or none has no findings', async () => {
  expect(await fileFindings({ dataDir })).toEqual([]);
  const path = join(dataDir, 'read-models.sqlite');
  const file = new DatabaseSync(path);
  file.exec('CREATE TABLE lamps (name TEXT); CREATE INDEX by_name ON lamps (name)');
  for (let n = 0; n < 9; n += 1) file.prepare('INSERT INTO lamps VALUES (?)').run(`lamp-${n}`);
  file.close();
  expect(await fileFindings({ dataDir })).toEqual([]);
  const bytes = await readFile(path);
  bytes[bytes.lastIndexOf('lamp-4') + 5]! ^= 1;
  await writeFile(path, bytes);
  const findings = await fileFindings({ dataDir });
  expect(findings).toContainEqual(
    expect.stringMatching(/^read-models\.sqlite: row 5 missing from index by_name$/),
  );
});
