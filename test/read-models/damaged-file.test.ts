// A file of the read models that is damaged, or is not ours, is put aside; a sound one stays.
import { afterEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { putAsideIfDamaged } from '../../src/read-models/damaged-file.js';
import { openRowStore } from '../../src/read-models/open.js';
import { FILE_NAME } from '../../src/read-models/sqlite.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function newFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-damaged-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** A folder with a sound file, in which these statements are run then. */
async function after(sql: string): Promise<string> {
  const dataDir = await newFolder();
  await (
    await Projector.start(await openRowStore({ dataDir }), projectionsOf(standardPricing))
  ).close();
  const file = new DatabaseSync(join(dataDir, FILE_NAME));
  file.exec(sql);
  file.close();
  return dataDir;
}

describe('the file of the read models', () => {
  test('stays where it is while it is sound, or is not there yet', async () => {
    expect(await putAsideIfDamaged(await newFolder())).toBeUndefined();
    expect(await putAsideIfDamaged(await after('SELECT 1'))).toBeUndefined();
  });

  test.each([
    ['that lacks the table of a generation', 'DROP TABLE coupons_g1', 'no such table'],
    [
      'with a checkpoint that is no number',
      "UPDATE read_model_generation SET checkpoint = 'far'",
      'BigInt',
    ],
    [
      'whose tables have other columns',
      `DROP TABLE read_model_place; CREATE TABLE read_model_place (other TEXT)`,
      'no such column',
    ],
  ])('%s is put aside', async (_what, sql, reason) => {
    const dataDir = await after(sql);
    const found = await putAsideIfDamaged(dataDir);
    expect(found?.reason).toContain(reason);
    expect(existsSync(found!.as)).toBe(true);
    expect((await readdir(dataDir)).filter((name) => !name.includes('damaged'))).toEqual([]);
  });

  test('with other content is moved aside unchanged, and so is a folder of its name', async () => {
    const dataDir = await newFolder();
    await writeFile(join(dataDir, FILE_NAME), 'no database at all, '.repeat(100));
    const found = await putAsideIfDamaged(dataDir);
    expect(found?.reason).toContain('not a database');
    expect(await readFile(found!.as, 'utf8')).toContain('no database at all');
    await mkdir(join(dataDir, FILE_NAME));
    expect((await putAsideIfDamaged(dataDir))?.reason).toBe('it is a folder');
    const rows = await openRowStore({ dataDir });
    expect(await rows.generations()).toEqual([]);
    await rows.close();
  });
});
