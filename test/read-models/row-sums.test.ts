// Bits that flip in the file of the read models while no service runs: the rows are as they were
// written, or the file is put aside and made again from the log. SUM_SEED repeats a run, SUMS makes
// it longer.
import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Random } from '../../embedded-node/test/model/random.js';
import { putAsideIfDamaged } from '../../src/read-models/damaged-file.js';
import { openRowSnapshot, openRowStore } from '../../src/read-models/open.js';
import { ROW_SUM } from '../../src/read-models/row-sums.js';
import { FILE_NAME } from '../../src/read-models/sqlite.js';
import type { Generation, Row, TableDefinition } from '../../src/read-models/table.js';
import { Cleanup } from '../event-store/nodes.js';

const FLIPS = Number(process.env['SUMS'] ?? 150);
const seed = Number(process.env['SUM_SEED'] ?? Date.now() % 1_000_000);

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const table: TableDefinition = {
  key: 'name',
  columns: { name: 'text', price: 'integer', note: 'text', state: 'json' },
  indexes: [['price', 'name']],
};

const generation: Generation = {
  ...{ name: 'lamps', generation: 1, version: 1, foldHash: 'f', status: 'BUILDING' },
  ...{ checkpoint: -1n, isPaused: false, promotedAt: null },
};

/** Texts, numbers and JSON of every kind that a column can hold. */
const kinds: readonly Omit<Row, 'name'>[] = [
  { price: 0, note: null, state: null },
  { price: Number.MAX_SAFE_INTEGER, note: '', state: { lines: [{ sku: 'ü𝄞', unit: 1_050 }] } },
  { price: -7, note: 'null', state: [] },
  { price: null, note: 'a\nb\t"', state: 'text' },
];

async function filled(count: number): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-sums-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  const store = await openRowStore({ dataDir });
  await store.create(generation, table);
  await put(store, count, (n) => ({ ...kinds[n % kinds.length] }));
  await put(store, count / 2, (n) => ({ price: n, note: `again ${n}`, state: { n } }));
  await store.close();
  return dataDir;
}

async function put(
  store: Awaited<ReturnType<typeof openRowStore>>,
  count: number,
  rowOf: (n: number) => Omit<Row, 'name'>,
) {
  const rows = Array.from({ length: count }, (_, n) => ({ name: `lamp-${n}`, ...rowOf(n) }));
  const { epoch } = await store.registry();
  const change = { generation, table, rows: new Map(rows.map((row) => [row.name, row])) };
  expect(await store.commit([change], 5n, [], epoch)).toBe(true);
}

async function rowsIn(dataDir: string): Promise<Row[]> {
  const snapshot = await openRowSnapshot({ dataDir });
  try {
    const rows: Row[] = [];
    for await (const row of snapshot!.rows(generation, table)) rows.push(row);
    return rows;
  } finally {
    await snapshot!.close();
  }
}

function change(dataDir: string, sql: string): void {
  const file = new DatabaseSync(join(dataDir, FILE_NAME));
  file.exec(sql);
  file.close();
}

describe(`the sums of rows, seed ${seed}`, () => {
  test(
    `${FLIPS} flipped bits: each file is put aside, or has the rows that were written`,
    async () => {
      const dataDir = await filled(600);
      const path = join(dataDir, FILE_NAME);
      const sound = await readFile(path);
      const written = await rowsIn(dataDir);
      expect(await putAsideIfDamaged(dataDir)).toBeUndefined();
      const random = new Random(seed);
      let asides = 0;
      for (let flip = 0; flip < FLIPS; flip += 1) {
        const bytes = Buffer.from(sound);
        const at = random.below(bytes.length);
        bytes[at]! ^= 1 << random.below(8);
        await writeFile(path, bytes);
        const aside = await putAsideIfDamaged(dataDir);
        if (aside === undefined) expect([at, await rowsIn(dataDir)]).toEqual([at, written]);
        else {
          asides += 1;
          await rm(aside.as);
        }
        for (const end of ['-wal', '-shm']) await rm(path + end, { force: true });
      }
      // Much of the file is rows, and the rest is indexes and room to grow.
      expect(asides).toBeGreaterThan(FLIPS / 4);
    },
    60_000 + FLIPS * 200,
  );

  test.each([
    ['another price', 'UPDATE lamps_g1 SET price = price + 1 WHERE rowid = 599'],
    ['another key', "UPDATE lamps_g1 SET name = 'lamp' WHERE rowid = 600"],
    ['a text instead of none', "UPDATE lamps_g1 SET note = '' WHERE name = 'lamp-400'"],
    ['another sum', `UPDATE lamps_g1 SET ${ROW_SUM} = ${ROW_SUM} + 1`],
  ])('a row with %s is not as it was written', async (_what, sql) => {
    const dataDir = await filled(600);
    change(dataDir, sql);
    expect((await putAsideIfDamaged(dataDir))?.reason).toBe(
      'a row of lamps_g1 is not as it was written',
    );
  });

  test('rows of a build before there were sums stay, and get theirs with their next change', async () => {
    const dataDir = await filled(8);
    change(dataDir, `ALTER TABLE lamps_g1 DROP COLUMN ${ROW_SUM}`);
    const written = await rowsIn(dataDir);
    expect(await putAsideIfDamaged(dataDir)).toBeUndefined();
    const store = await openRowStore({ dataDir });
    await put(store, 1, () => ({ price: 3, note: 'new', state: {} }));
    await store.close();
    expect(await putAsideIfDamaged(dataDir)).toBeUndefined();
    expect((await rowsIn(dataDir)).slice(1)).toEqual(written.slice(1));
    change(dataDir, "UPDATE lamps_g1 SET price = 4 WHERE name = 'lamp-5'");
    expect(await putAsideIfDamaged(dataDir)).toBeUndefined();
    change(dataDir, "UPDATE lamps_g1 SET price = 4 WHERE name = 'lamp-0'");
    expect(await putAsideIfDamaged(dataDir)).toBeDefined();
  });
});
