// The catalogue as CSV: what a file changes, what it is told, and that its own export changes
// nothing.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueCsv } from '../../src/cli/catalogue/catalogue-csv.js';
import { detailsOf, nameOf } from '../../src/graphql/product-details.js';
import { importCatalogue } from '../../src/import/catalogue/import-catalogue.js';
import { by, monday, type Shop, startShop } from '../commands/shop.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
let shop: Shop;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-catalogue-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  shop = await startShop(cleanup);
});
afterEach(() => cleanup.run());

async function run(lines: readonly string[], isDryRun = false) {
  const path = join(folder, 'catalogue.csv');
  await writeFile(path, lines.join('\n'));
  const actor = { kind: 'operator', subject: 'ops' };
  return importCatalogue({ catalog: shop.catalog, path, isDryRun, actor, now: shop.clock.read });
}

const header = 'SKU,Name,Description,Tags,Image URL,Price,Currency,Price from,On sale';
const teapot = [
  header,
  'POT,Teapot,"Four cups,\nkept warm.",tea ceramic,/pot.svg,24.50,GBP,,yes',
  'POT,,,,,29,eur,,',
  'POT,,,,,19.50,GBP,2026-11-29T00:00:00Z,',
];

async function eventCount(): Promise<number> {
  let count = 0;
  for await (const { revision } of shop.store.readAll()) count += revision < 0 ? 0 : 1;
  return count;
}

test('an accent after its letter, as a file of macOS has it, makes no other product', async () => {
  const rows = ['CAFE\u0301', 'CAF\u00c9'].map((sku) => `${sku},Cup,,,,1,GBP,,`);
  const { listed, unchanged } = await run([header, ...rows]);
  expect({ listed, unchanged }).toEqual({ listed: 1, unchanged: 1 });
});

test('the exact text of a SKU that an earlier release stored as it was typed names its product', async () => {
  const sku = 'TE\u0301 1';
  const price = { minorUnits: 100, currency: 'GBP' };
  await shop.catalog.list({ sku, name: 'Tea', price }, by());
  const { rows } = await run([header, `${sku},,,,,2,GBP,,`, 'T\u00c9 1,New,,,,3,GBP,,']);
  expect(rows).toMatchObject([
    { sku, outcome: 'changed', changes: ['price'] },
    { sku: 'T\u00c9 1', outcome: 'listed' },
  ]);
  expect((await shop.catalog.freshState(sku)).prices).toEqual({ GBP: 200 });
});

test('a file lists, prices and plans; the report has every row', async () => {
  const report = await run(teapot);
  expect(report.rows).toEqual([
    {
      ...{ row: 2, sku: 'POT', outcome: 'listed', reason: null },
      changes: ['listing', 'description', 'tags', 'image'],
    },
    { row: 3, sku: 'POT', outcome: 'changed', changes: ['price'], reason: null },
    { row: 4, sku: 'POT', outcome: 'changed', changes: ['planned price'], reason: null },
  ]);
  expect(await shop.catalog.freshState('POT')).toMatchObject({
    ...{ name: 'Teapot', description: 'Four cups,\nkept warm.', tags: ['tea', 'ceramic'] },
    ...{ imageUrl: '/pot.svg', prices: { GBP: 2_450, EUR: 2_900 }, listed: true },
    planned: [{ minorUnits: 1_950, currency: 'GBP', holdsFrom: Date.UTC(2026, 10, 29) }],
  });
  const [first] = await shop.eventsOf('product-POT');
  expect(first?.metadata.actor).toEqual({ kind: 'operator', subject: 'ops' });
});

test('a dry run reports the same and appends nothing; a second run changes nothing', async () => {
  const planned = await run(teapot, true);
  expect(await eventCount()).toBe(0);
  expect(await run(teapot)).toEqual({ ...planned, dryRun: false });
  const count = await eventCount();
  expect(await run(teapot)).toMatchObject({ listed: 0, changed: 0, unchanged: 3, refused: 0 });
  expect(await eventCount()).toBe(count);
});

test('an empty cell leaves, a hyphen takes away, and a lack of a column leaves', async () => {
  await run(teapot);
  await run(['sku,description,tags,image_url', 'POT,-,,-']);
  expect(await shop.catalog.freshState('POT')).toMatchObject({
    ...{ name: 'Teapot', description: null, tags: ['tea', 'ceramic'], imageUrl: null },
  });
  const { rows } = await run(['sku,on_sale', 'POT,no']);
  expect(rows).toMatchObject([{ outcome: 'changed', changes: ['withdrawn'] }]);
  await run(['sku,on_sale', 'POT,yes']);
  expect(await shop.typesOf('product-POT')).toEqual(
    expect.arrayContaining(['ProductDelisted', 'ProductRestored']),
  );
});

test('a row that is refused says why, and the others are done', async () => {
  const refused: readonly (readonly [row: string, reason: string])[] = [
    ['NEW,,,,,5,GBP,,', 'A new one needs a name and a price'],
    [',Name,,,,5,GBP,,', 'sku must be'],
    ['NEW,Name,,,,5,,,', 'needs a currency'],
    ['NEW,Name,,,,5.001,GBP,,', 'is not an amount of GBP'],
    ['NEW,Name,,,,-5,GBP,,', 'is not an amount of GBP'],
    ['NEW,Name,,,,,GBP,2026-12-24,', 'price_from needs a price'],
    ['NEW,Name,,,,5,GBP,tomorrow,', 'price_from must be'],
    ['NEW,Name,,,,5,GBP,,perhaps', 'on_sale must be yes or no'],
    ['NEW,Name,,Two Words,,5,GBP,,', 'small letters'],
    ['NEW,Name,,,javascript:alert(1),5,GBP,,', 'imageUrl must be'],
    ['NEW,"a\u202eb",,,,5,GBP,,', 'name must be'],
  ];
  const report = await run([header, ...refused.map(([row]) => row), 'POT,Teapot,,,,1.00,GBP,,']);
  expect(report).toMatchObject({ listed: 1, refused: refused.length });
  const reasons = report.rows.slice(0, -1).map(({ reason }) => reason);
  expect(reasons).toEqual(refused.map(([, reason]) => expect.stringContaining(reason)));
  expect(report.rows.map(({ row }) => row)).toEqual(report.rows.map((_row, at) => at + 2));
});

test('a column that means nothing is refused, and nothing is changed', async () => {
  await expect(run(['sku,nmae', 'POT,Teapot'])).rejects.toMatchObject({ name: 'FileColumnsError' });
  await expect(run(['name', 'Teapot'])).rejects.toThrow(/has no column sku$/);
  expect(await eventCount()).toBe(0);
});

test('a tax category is set, and taken away by a hyphen', async () => {
  await run(['sku,name,price,currency,tax_category', 'ATLAS,Atlas,5,GBP,books']);
  expect(await shop.catalog.freshState('ATLAS')).toMatchObject({ taxCategory: 'books' });
  const { rows } = await run(['sku,tax_category', 'ATLAS,-', 'ATLAS,Not one']);
  expect(rows).toMatchObject([
    { outcome: 'changed', changes: ['tax category'] },
    { outcome: 'refused' },
  ]);
  expect(await shop.catalog.freshState('ATLAS')).toMatchObject({ taxCategory: null });
});

test('the export of a catalogue changes nothing when it is imported', async () => {
  await run([
    ...teapot,
    '=1+1,=cmd|calc,+44 is a text too,,,1.00,GBP,,',
    'OLD,Old thing,,,,1.00,GBP,,',
    'OLD,,,,,,,,no',
    'YEN,Yen thing,"says ""quote""",,,1200,JPY,,',
  ]);
  const lines: string[] = [];
  for await (const line of catalogueCsv(shop.store, ['product-'], monday)) lines.push(line);
  expect(lines[0]).toBe(
    'sku,name,description,tags,image_url,price,currency,price_from,on_sale,tax_category',
  );
  expect(lines.join('\n')).toContain(`"'=cmd|calc"`);
  const again = await run(lines);
  expect(again).toMatchObject({ listed: 0, changed: 0, refused: 0 });
  expect(again.unchanged).toBe(lines.length - 1);
});

test('the export tells every text and price apart', async () => {
  const texts = ["'=1", "''=1", "'-", '-', "'", "'Twas", '=1', '-5', "'-5", '"', '+', '@', "'@x"];
  const most = Number.MAX_SAFE_INTEGER;
  for (const [index, text] of texts.entries()) {
    const price = { minorUnits: most - index, currency: index % 2 === 0 ? 'GBP' : 'JPY' };
    await shop.catalog.list({ sku: text, name: text, description: text, price }, by());
  }
  const lines: string[] = [];
  for await (const line of catalogueCsv(shop.store, ['product-'], monday)) lines.push(line);
  const again = await run(lines);
  expect(again.rows.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
  expect(again.unchanged).toBe(texts.length);
});

test('a text of an admin has no spaces at its ends, which a file would lose', () => {
  expect(nameOf(' A mug\u00a0')).toBe('A mug');
  expect(detailsOf({ sku: 'MUG', description: '\nOne.\n Two. \n' }).description).toBe(
    'One.\n Two.',
  );
  expect(detailsOf({ sku: 'MUG', description: null }).description).toBeNull();
});
