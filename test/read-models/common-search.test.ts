// A search that finds very many products does not weigh their words: a coarser order, the same in
// both databases, whose pages join in both directions and go on as they began.
import { afterEach, expect, test } from '@jest/globals';
import type { CatalogEvent } from '../../src/domain/catalog/events.js';
import type { ProductPage, ProductsQuestion } from '../../src/read-models/product-pages.js';
import type { ReadModels } from '../../src/read-models/read-models.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from './databases.js';
import { described, filledCatalogue, listed, tagged } from './filled-catalogue.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const commonFrom = 5;
const shop: readonly CatalogEvent[] = [
  listed('D', 'Plain mug', 300),
  described('D', 'One of many.'),
  listed('A', 'Plain cup', 200),
  described('A', 'One of a few.'),
  listed('C', 'Box of tea', 400),
  listed('B', 'Jar of of of honey', 100),
  tagged('B', 'sweet'),
  listed('E', 'Set of spoons', 500),
  tagged('E', 'sweet'),
  listed('OF', 'Old fork', 600),
  listed('F', 'Fan', 700),
  listed('G', 'Goods of old', 700),
  { type: 'ProductDelisted', data: { sku: 'G' } },
];
const inOrder = ['OF', 'B', 'C', 'E', 'A', 'D'];

const asked = { search: 'of', size: 9, commonFrom } satisfies ProductsQuestion;
const skusIn = ({ rows }: ProductPage) => rows.map(({ place }) => place.sku);

/** All pages, one after the other, each as the next one's cursors have it. */
async function pagesOf(reads: ReadModels, size: number, isFromEnd: boolean) {
  const pages: string[][] = [];
  let question: ProductsQuestion = { ...asked, size, isFromEnd };
  for (;;) {
    const page = await reads.products(question);
    expect(page.totalCount).toBe(inOrder.length);
    expect(isFromEnd ? page.hasNextPage : page.hasPreviousPage).toBe(pages.length > 0);
    pages.push(skusIn(page));
    if (!(isFromEnd ? page.hasPreviousPage : page.hasNextPage)) return pages;
    const edge = page.rows.at(isFromEnd ? 0 : -1)!.place;
    question = { ...question, ...(isFromEnd ? { before: edge } : { after: edge }) };
  }
}

describeOnBoth('a common word in %s', newPlaces(cleanup), (placeOf) => {
  const filled = async () => filledCatalogue(cleanup, await placeOf(), shop);

  test('finds the SKU that is asked for, then names, then the rest, each by SKU', async () => {
    const { reads } = await filled();
    expect(skusIn(await reads.products(asked))).toEqual(inOrder);
    expect(skusIn(await reads.products({ ...asked, search: ' oF ' }))).toEqual(inOrder);
  });

  test('finds the same as a weighed search', async () => {
    const { reads } = await filled();
    const found = await reads.products({ search: 'of', size: 9 });
    expect(found.totalCount).toBe(inOrder.length);
    expect(skusIn(found).sort()).toEqual(inOrder.toSorted());
    // It weighs: the name that has the word most often is first of the names.
    expect(found.rows.every(({ place }) => Number(place.sortedBy) <= 0)).toBe(true);
  });

  test.each([1, 2, 4, 6])('has pages of %d that join in both directions', async (size) => {
    const { reads } = await filled();
    expect((await pagesOf(reads, size, false)).flat()).toEqual(inOrder);
    expect((await pagesOf(reads, size, true)).toReversed().flat()).toEqual(inOrder);
  });

  test('is filtered', async () => {
    const { reads } = await filled();
    const found = async (question: Partial<ProductsQuestion>) => {
      const page = await reads.products({ ...asked, commonFrom: 1, ...question });
      expect(page.totalCount).toBe(page.rows.length);
      return skusIn(page);
    };
    expect(await found({ tags: ['sweet'] })).toEqual(['B', 'E']);
    expect(await found({ sale: 'DELISTED' })).toEqual(['G']);
    expect(await found({ sale: 'ANY' })).toEqual(['OF', 'B', 'C', 'E', 'G', 'A', 'D']);
    const price = { currency: 'GBP', least: 200, most: 400 };
    expect(await found({ price })).toEqual(['C', 'A', 'D']);
    expect(await found({ search: 'of sp' })).toEqual(['E']);
    expect(await found({ order: 'PRICE' })).toEqual(['B', 'A', 'D', 'C', 'E', 'OF']);
  });

  test('goes on in the order in which it began, however many it finds by then', async () => {
    const { reads } = await filled();
    const first = await reads.products({ ...asked, size: 2 });
    expect(skusIn(first)).toEqual(['OF', 'B']);
    const after = first.rows.at(-1)!.place;
    expect(skusIn(await reads.products({ ...asked, after, commonFrom: 100 }))).toEqual(
      inOrder.slice(2),
    );
    const weighed = await reads.products({ ...asked, size: 2, commonFrom: 100 });
    const next = await reads.products({ ...asked, after: weighed.rows.at(-1)!.place });
    expect([...skusIn(weighed), ...skusIn(next)].sort()).toEqual(inOrder.toSorted());
  });
});
