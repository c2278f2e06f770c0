// The catalogue's questions: words in any order, filters, orders, pages forwards and backwards. Both
// databases give the same answers.
import { afterEach, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { CatalogEvent } from '../../src/domain/catalog/events.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import type { ProductsQuestion } from '../../src/read-models/product-pages.js';
import type { ReadModels } from '../../src/read-models/read-models.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces, runSql } from './databases.js';
import { described, filledCatalogue, listed, recorded, tagged } from './filled-catalogue.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const shop: readonly CatalogEvent[] = [
  listed('85123A', 'White Hanging Heart T-Light Holder', 295),
  tagged('85123A', 'lighting', 'home-decor'),
  listed('71053', 'WHITE METAL LANTERN', 375),
  tagged('71053', 'lighting'),
  described('71053', 'Holds one heart of a candle.'),
  listed('b_1', 'Blue MUG', 250),
  tagged('b_1', 'tea', 'home-decor'),
  listed('a3', 'Émile’s Cup (100%)', 250),
  described('a3', 'White porcelain.'),
  listed('Z9', 'Mugwort tea', 900, 'EUR'),
];

const filled = (place: ReadModelPlace, events = shop) => filledCatalogue(cleanup, place, events);

async function skusOf(reads: ReadModels, question: Partial<ProductsQuestion>) {
  const page = await reads.products({ search: null, size: 9, ...question });
  expect(page.totalCount).toBeGreaterThanOrEqual(page.rows.length);
  return page.rows.map(({ place }) => place.sku);
}

describeOnBoth('the catalogue in %s', newPlaces(cleanup), (placeOf) => {
  test('finds words in any order, in any case, at the beginning of a word', async () => {
    const { reads } = await filled(await placeOf());
    const found = (search: string) => skusOf(reads, { search });
    expect(await found('lantern white')).toEqual(['71053']);
    expect(await found('lant WHI')).toEqual(['71053']);
    expect(await found('mug')).toEqual(expect.arrayContaining(['b_1', 'Z9']));
    expect(await found('emile')).toEqual(['a3']);
    expect(await found('ÉMILE’S')).toEqual(['a3']);
    expect(await found('antern')).toEqual([]);
    expect(await found('porcelain white')).toEqual(['a3']);
    expect(await found('decor')).toEqual(expect.arrayContaining(['85123A', 'b_1']));
    expect(await found('lantern nowhere')).toEqual([]);
  });

  test('ranks a name above a tag, a tag above a description, and an asked sku above all', async () => {
    const events = [
      listed('1', 'Cup'),
      described('1', 'It goes with the teapot.'),
      listed('2', 'Spoon'),
      tagged('2', 'teapot'),
      listed('3', 'Teapot'),
      listed('teapot', 'Something else'),
      listed('4', 'Plate'),
    ];
    const { reads } = await filled(await placeOf(), events);
    expect(await skusOf(reads, { search: 'TEAPOT' })).toEqual(['teapot', '3', '2', '1']);
  });

  test('finds a sku by its parts and by all of it, and a letter only as a whole word', async () => {
    const { reads } = await filled(await placeOf());
    const found = (search: string) => skusOf(reads, { search });
    expect(await found('b1')).toEqual(['b_1']);
    expect(await found('B_1')).toEqual(['b_1']);
    expect(await found('85123')).toEqual(['85123A']);
    expect(await found('t light')).toEqual(['85123A']);
    expect(await found('l')).toEqual([]);
  });

  test.each(['%', '_', "'", '"', '!!!', ' ', '\\', '()', ':*', '&|'])(
    'finds nothing for %j, which has no letter and no digit',
    async (search) => {
      const { reads } = await filled(await placeOf());
      expect(await skusOf(reads, { search })).toEqual([]);
    },
  );

  test.each([
    ['mug" OR "lantern', []],
    ['mug:*A | lantern', []],
    ['NOT mug', []],
    ['title_words : mug', []],
    ["blue 'mug'", ['b_1']],
    ['blue & mug', ['b_1']],
    ['mug*', ['b_1', 'Z9']],
    ['100%', ['a3']],
  ])('takes %j for words and not for an expression', async (search, expected) => {
    const { reads } = await filled(await placeOf());
    expect((await skusOf(reads, { search })).sort()).toEqual([...expected].sort());
  });

  test('filters by tags and by price, also within a search', async () => {
    const { reads } = await filled(await placeOf());
    expect(await skusOf(reads, { tags: ['home-decor'] })).toEqual(['85123A', 'b_1']);
    expect(await skusOf(reads, { tags: ['home-decor', 'lighting'] })).toEqual(['85123A']);
    // No text has the word that stands for a tag, and part of a tag is not the tag.
    expect(await skusOf(reads, { tags: ['home'] })).toEqual([]);
    expect(await skusOf(reads, { search: 'white', tags: ['lighting'] })).toHaveLength(2);
    const price = { currency: 'GBP', least: 251, most: 375 };
    expect(await skusOf(reads, { price })).toEqual(['71053', '85123A']);
    expect(await skusOf(reads, { price, search: 'heart', tags: ['lighting'] })).toEqual([
      '85123A',
      '71053',
    ]);
    expect(await skusOf(reads, { price: { currency: 'EUR', least: null, most: null } })).toEqual([
      'Z9',
    ]);
  });

  test('sorts by the bytes of the sku, name, price and time, equal ones by sku', async () => {
    const { reads } = await filled(await placeOf());
    const sorted = (order: ProductsQuestion['order']) => skusOf(reads, { order: order! });
    expect(await sorted('SKU')).toEqual(['71053', '85123A', 'Z9', 'a3', 'b_1']);
    expect(await sorted('NAME')).toEqual(['b_1', 'a3', 'Z9', '85123A', '71053']);
    expect(await sorted('PRICE')).toEqual(['a3', 'b_1', '85123A', '71053', 'Z9']);
    expect(await sorted('PRICE_DESCENDING')).toEqual(['Z9', '71053', '85123A', 'b_1', 'a3']);
    expect(await sorted('NEWEST')).toEqual(['Z9', 'a3', 'b_1', '71053', '85123A']);
    expect(await sorted('RELEVANCE')).toEqual(await sorted('SKU'));
  });

  test.each(['SKU', 'NAME', 'PRICE', 'PRICE_DESCENDING', 'NEWEST', 'RELEVANCE'] as const)(
    'pages forwards and backwards by %s: each product once, in the order of the whole',
    async (order) => {
      const many = Array.from({ length: 11 }, (_, n) =>
        listed(
          `P${n}`,
          ['Red mug', 'Red mug or cup', 'A red and round mug'][n % 3]!,
          100 + (n % 4),
        ),
      );
      const { reads } = await filled(await placeOf(), many);
      const question = { search: order === 'RELEVANCE' ? 'mug red' : null, order };
      const whole = await skusOf(reads, { ...question, size: 20 });
      expect(new Set(whole).size).toBe(11);
      for (const isFromEnd of [false, true]) {
        const seen: string[] = [];
        let place = null;
        for (let page = 0; page < 4; page += 1) {
          const edge = isFromEnd ? { before: place } : { after: place };
          const found = await reads.products({ ...question, ...edge, size: 3, isFromEnd });
          const skus = found.rows.map(({ place: { sku } }) => sku);
          if (isFromEnd) seen.unshift(...skus);
          else seen.push(...skus);
          const isMore = isFromEnd ? found.hasPreviousPage : found.hasNextPage;
          const isBefore = isFromEnd ? found.hasNextPage : found.hasPreviousPage;
          expect([found.totalCount, isMore, isBefore]).toEqual([11, page < 3, page > 0]);
          place = (isFromEnd ? found.rows[0] : found.rows.at(-1))!.place;
        }
        expect(seen).toEqual(whole);
      }
    },
  );

  test('follows what changes: other words, other tags, off sale and on sale again', async () => {
    const { reads, projector } = await filled(await placeOf());
    let happened = shop.length;
    const then = (event: CatalogEvent) => projector.apply(recorded([event], (happened += 1)));
    await then({ type: 'ProductRenamed', data: { sku: 'b_1', name: 'Green beaker' } });
    await then(tagged('b_1', 'glass'));
    expect(await skusOf(reads, { search: 'mug' })).toEqual(['Z9']);
    expect(await skusOf(reads, { search: 'beaker', tags: ['glass'] })).toEqual(['b_1']);
    expect(await skusOf(reads, { tags: ['tea'] })).toEqual([]);
    await then({ type: 'ProductDelisted', data: { sku: 'b_1' } });
    expect(await skusOf(reads, { search: 'beaker' })).toEqual([]);
    expect(await skusOf(reads, { search: 'beaker', sale: 'DELISTED' })).toEqual(['b_1']);
    expect(await skusOf(reads, { sale: 'ANY' })).toHaveLength(5);
    await then({ type: 'ProductRestored', data: { sku: 'b_1' } });
    expect(await skusOf(reads, { search: 'beaker' })).toEqual(['b_1']);
  });

  test('gives the products on sale among many skus, and says which may be wrong', async () => {
    const place = await placeOf();
    const { reads } = await filled(place, [
      ...shop,
      { type: 'ProductDelisted', data: { sku: 'Z9' } },
    ]);
    await runSql(
      place,
      `INSERT INTO skipped_event (name, position, stream, revision, type, reason, kind)
       VALUES ('*', '99', 'product-a3', 9, 'T', 'R', 'NOT_UNDERSTOOD')`,
    );
    const found = await reads.productsOf(['a3', 'b_1', 'Z9', 'nowhere']);
    const shown = found.map(({ state, isDoubtful }) => [state.sku, isDoubtful]);
    expect(shown.sort()).toEqual([
      ['a3', true],
      ['b_1', false],
    ]);
    const page = await reads.products({ search: 'emile', size: 1 });
    expect(page.rows).toMatchObject([{ isDoubtful: true }]);
    expect(await reads.productsOf([])).toEqual([]);
  });

  test('lists all coupons by code, page by page, withdrawn ones too', async () => {
    const { reads, projector } = await filled(await placeOf());
    const terms = {
      discount: { kind: 'PERCENTAGE', basisPoints: 1_000 },
      ...{ minimumSpend: null, validFrom: null, validUntil: null },
    };
    const defined = ['TEN', 'A', 'B', 'TEN'].map((code, n) => ({
      ...recorded([{ type: 'ProductDelisted', data: { sku: code } }], 50 + n)[0]!,
      stream: `coupon-${code}`,
      type: n === 3 ? 'CouponWithdrawn' : 'CouponDefined',
      data: n === 3 ? { code } : { code, description: 'Ten', terms },
    }));
    await projector.apply(defined);
    const first = await reads.coupons(2, null);
    expect(first.rows.map(({ code }) => code)).toEqual(['A', 'B']);
    expect(first).toMatchObject({ totalCount: 3, hasNextPage: true, hasPreviousPage: false });
    const second = await reads.coupons(2, 'B');
    expect(second.rows).toMatchObject([{ code: 'TEN', available: false }]);
    expect(second).toMatchObject({ totalCount: 3, hasNextPage: false, hasPreviousPage: true });
    expect(await reads.coupons(2, 'Z')).toMatchObject({ rows: [], totalCount: 3 });
  });

  test('of a build without a search is shown by sku; a search says that it cannot be answered', async () => {
    const place = await placeOf();
    const rows = await openRowStore(place);
    cleanup.add(() => rows.close());
    const table = {
      key: 'sku',
      columns: { sku: 'text', listed: 'integer', searchable: 'text', state: 'json' },
    } as const;
    const old = {
      ...{ name: 'catalogue', generation: 1, version: 1, foldHash: 'of an earlier build' },
      ...{ status: 'LIVE' as const, checkpoint: -1n, isPaused: false, promotedAt: null },
    };
    await rows.create(old, table);
    const state = { sku: 'A', name: 'Mug', currency: 'GBP', prices: { GBP: 1 }, listed: true };
    const changed = new Map([['A', { sku: 'A', listed: 1, searchable: 'a mug', state }]]);
    const { epoch } = await rows.registry();
    await rows.commit([{ generation: old, table, rows: changed }], 1n, [], epoch);
    const reads = await openReadModels(place);
    cleanup.add(() => reads.close());
    const { rows: shown, totalCount } = await reads.products({ search: null, size: 5 });
    expect([shown[0]?.state, totalCount]).toEqual([
      expect.objectContaining({ sku: 'A', tags: [], description: null, planned: [] }),
      1,
    ]);
    expect(await reads.product('A')).toMatchObject({ name: 'Mug', planned: [] });
    expect(await reads.pricesDue(9, 9)).toEqual([]);
    for (const asked of [{ search: 'mug' }, { search: null, order: 'NAME' as const }]) {
      await expect(reads.products({ size: 5, ...asked })).rejects.toMatchObject({
        name: 'ReadModelsUnavailableError',
      });
    }
  });

  test('is removed with its index, and starts over with an empty one', async () => {
    const { rows, reads } = await filled(await placeOf());
    const { generations } = await rows.registry();
    const served = generations.find(({ name }) => name === 'catalogue')!;
    const { table } = projectionsOf(standardPricing).find(({ name }) => name === 'catalogue')!;
    const standby = { ...served, generation: 2, status: 'STANDBY' as const };
    await rows.create(standby, table);
    await rows.drop(standby);
    await rows.create(standby, table);
    await rows.startOver(generations);
    await rows.create(standby, table);
    const projector = await Projector.start(rows, projectionsOf(standardPricing));
    await projector.apply(recorded(shop.slice(0, 3)));
    expect((await skusOf(reads, { search: 'white' })).sort()).toEqual(['71053', '85123A']);
  });
});
