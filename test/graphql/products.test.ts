// The catalogue as callers ask for it: pages with cursors, arguments that do not fit, and the
// product of a cart's line.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { CatalogEvent } from '../../src/domain/catalog/events.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { initialProduct } from '../../src/domain/catalog/state.js';
import {
  cartId,
  guestToken,
  now,
  openedCart,
  parts,
  post,
  serve,
  type Served,
} from '../http/served.js';

const cleanup = new Cleanup();
let served: Served;

const longSku = '品'.repeat(64);
const names: readonly (readonly [sku: string, name: string, minorUnits: number])[] = [
  ['A1', 'Blue mug', 250],
  ['A2', 'Red mug', 350],
  ['A3', 'Lantern', 375],
  [longSku, `Mug of a long name ${'w'.repeat(150)}`, 999],
];

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-products-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  const rows = await openRowStore({ dataDir });
  cleanup.add(() => rows.close());
  const projector = await Projector.start(rows, projectionsOf(standardPricing));
  const log = new StoredLog();
  for (const [sku, name, minorUnits] of names) {
    const event: CatalogEvent = {
      type: 'ProductListed',
      data: { sku, name, price: { minorUnits, currency: 'GBP' } },
    };
    log.append(`product-${sku}`, event);
  }
  log.append('product-A3', { type: 'ProductTagged', data: { sku: 'A3', tags: ['lighting'] } });
  await projector.apply(log.events);
  const reads = await openReadModels({ dataDir });
  cleanup.add(() => reads.close());
  served = await serve({ services: parts({ reads }) });
  cleanup.add(() => served.stop());
});
afterAll(() => cleanup.run());

interface Page {
  readonly nodes: readonly { readonly sku: string }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly sku: string } }[];
  readonly pageInfo: { readonly startCursor: string; readonly endCursor: string };
}

async function pageOf(args: string): Promise<Page> {
  const query = `{ products(${args}) { nodes { sku } edges { cursor node { sku } } pageInfo { startCursor endCursor } } }`;
  const { body } = await post(served.graphqlUrl, { query });
  expect(body.errors).toBeUndefined();
  return (body.data as { products: Page }).products;
}

const skus = ({ nodes }: Page) => nodes.map(({ sku }) => sku);

test('a product on sale, and null for what is not', async () => {
  const query =
    '{ a: product(sku: "A3") { name tags onSale imageUrl } b: product(sku: "NO") { sku } }';
  const { body } = await post(served.graphqlUrl, { query });
  expect(body.data).toEqual({
    a: { name: 'Lantern', tags: ['lighting'], onSale: true, imageUrl: null },
    b: null,
  });
});

test('the nodes of a page are the nodes of its edges', async () => {
  const page = await pageOf('search: "mug", first: 2');
  expect(skus(page)).toEqual(page.edges.map(({ node }) => node.sku));
});

test.each(['SKU', 'NAME', 'PRICE', 'PRICE_DESCENDING', 'NEWEST', 'RELEVANCE'])(
  'the cursors of a page in the order %s lead to what is after it and before it',
  async (sort) => {
    const search = sort === 'RELEVANCE' ? 'search: "mug", ' : '';
    const all = skus(await pageOf(`${search}sort: ${sort}`));
    for (const [index] of all.entries()) {
      const page = await pageOf(`${search}sort: ${sort}, first: ${index + 1}`);
      const after = `after: ${JSON.stringify(page.pageInfo.endCursor)}`;
      expect(skus(await pageOf(`${search}sort: ${sort}, ${after}`))).toEqual(all.slice(index + 1));
      const before = `before: ${JSON.stringify(page.pageInfo.endCursor)}`;
      expect(skus(await pageOf(`${search}sort: ${sort}, last: 2, ${before}`))).toEqual(
        all.slice(Math.max(0, index - 2), index),
      );
    }
  },
);

test('a filter', async () => {
  expect(skus(await pageOf('filter: { tags: ["lighting"] }'))).toEqual(['A3']);
  const price = 'filter: { price: { currency: "GBP", least: 300, most: 375 } }';
  expect(skus(await pageOf(price))).toEqual(['A2', 'A3']);
});

test.each([
  ['both ends', 'first: 3, last: 3', 'Ask for first or last, not both.'],
  ['a tag of two words', 'filter: { tags: ["two words"] }', 'A tag is 1 to 40'],
  [
    'prices the wrong way round',
    'filter: { price: { currency: "GBP", least: 2, most: 1 } }',
    'least',
  ],
  ['a price below nothing', 'filter: { price: { currency: "GBP", least: -2 } }', 'negative'],
  ['a cursor of nothing', 'after: "bm90aGluZw"', 'cursor'],
  ['a cursor of bad JSON', `after: ${JSON.stringify(cursorOf('product [1'))}`, 'cursor'],
  ['a cursor without a sku', `after: ${JSON.stringify(cursorOf('product ["SKU","A"]'))}`, 'cursor'],
  [
    'a cursor with a text for a price',
    `sort: PRICE, after: ${JSON.stringify(cursorOf('product ["PRICE","1","A1"]'))}`,
    'cursor',
  ],
  [
    'a cursor of another order',
    `sort: PRICE, after: ${JSON.stringify(cursorOf('product ["SKU","A1","A1"]'))}`,
    'cursor',
  ],
])('refuses %s', async (_what, args, message) => {
  const query = `{ products(${args}) { totalCount } }`;
  const { body } = await post(served.graphqlUrl, { query });
  expect(body.errors?.[0]).toMatchObject({
    message: expect.stringContaining(message),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('the products of a cart’s lines are asked for at once', async () => {
  const asked: (readonly string[])[] = [];
  const { reads } = parts();
  const productsOf = (skus: readonly string[]) => {
    asked.push(skus);
    return Promise.resolve([
      { place: { sortedBy: 'A', sku: 'A' }, state: known, isDoubtful: false },
    ]);
  };
  const portion = { quantity: 1, unitPrice: 100, eventId: 'an event', revision: 1 };
  const line = (sku: string) => ({ sku, name: sku, portions: [portion], addedAt: now });
  const known = { ...initialProduct, sku: 'A', name: 'The A', currency: 'GBP', listed: true };
  const state = { ...openedCart, lines: [line('A'), line('GONE')] };
  const carts = { ...parts().carts, state: () => Promise.resolve(state) };
  const other = await serve({ services: parts({ carts, reads: { ...reads, productsOf } }) });
  cleanup.add(() => other.stop());
  const query = `{ cart(cartId: "${cartId}") { lines { sku product { name onSale } } } }`;
  const { body } = await post(other.graphqlUrl, { query }, { 'x-cart-token': guestToken });
  expect(body).toMatchObject({
    data: {
      cart: {
        lines: [
          { sku: 'A', product: { name: 'The A', onSale: true } },
          { sku: 'GONE', product: null },
        ],
      },
    },
  });
  expect(asked).toEqual([['A', 'GONE']]);
});

test('what is not on sale, planned prices and the history are for staff', async () => {
  const page = () =>
    Promise.resolve({
      rows: [listedEvent],
      ...{ totalCount: 1, hasNextPage: false, hasPreviousPage: false },
    });
  const { reads } = parts();
  const holdsFrom = now + 1_000;
  const planned = [{ currency: 'GBP', minorUnits: 5, holdsFrom }];
  const known = { ...initialProduct, sku: 'A', name: 'The A', currency: 'GBP', planned };
  const products = () =>
    Promise.resolve({
      rows: [{ place: { sortedBy: 'A', sku: 'A' }, state: known, isDoubtful: false }],
      ...{ totalCount: 1, hasNextPage: false, hasPreviousPage: false },
    });
  const other = await serve({
    services: parts({
      reads: { ...reads, products, coupons: () => Promise.resolve(noCoupons) },
      productHistory: { page, lastOf: () => Promise.resolve(delistedEvent) },
    }),
  });
  cleanup.add(() => other.stop());
  const ask = (query: string, who?: string) =>
    post(other.graphqlUrl, { query }, who === undefined ? {} : { authorization: `Bearer ${who}` });
  const withdrawn = '{ products(filter: { sale: WITHDRAWN }) { totalCount } }';
  const past =
    '{ productHistory(sku: "A") { nodes { type actorKind actorSubject data } totalCount } }';
  const plans = '{ products { nodes { plannedPrices { holdsFrom price { minorUnits } } } } }';
  const coupons = '{ coupons { nodes { code withdrawn } totalCount } }';
  for (const query of [withdrawn, past, coupons]) {
    expect((await ask(query)).body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await ask(query, 'customer:ann')).body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await ask(query, 'admin:boss')).body.errors).toBeUndefined();
  }
  expect((await ask(plans)).body.data).toEqual({ products: { nodes: [{ plannedPrices: null }] } });
  expect((await ask(past, 'support:sue')).body.data).toEqual({
    productHistory: {
      nodes: [
        { type: 'ProductListed', actorKind: 'admin', actorSubject: 'ann', data: { sku: 'A' } },
      ],
      totalCount: 1,
    },
  });
  const withdrawal = '{ products { nodes { withdrawal { at actorKind actorSubject } } } }';
  expect((await ask(withdrawal)).body.data).toEqual({
    products: { nodes: [{ withdrawal: null }] },
  });
  const how = { at: new Date(now).toISOString(), actorKind: 'admin', actorSubject: 'ann' };
  expect((await ask(withdrawal, 'support:sue')).body.data).toEqual({
    products: { nodes: [{ withdrawal: how }] },
  });
  const shown = { holdsFrom: new Date(holdsFrom).toISOString(), price: { minorUnits: 5 } };
  expect((await ask(plans, 'admin:boss')).body.data).toEqual({
    products: { nodes: [{ plannedPrices: [shown] }] },
  });
});

const noCoupons = { rows: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false };

const listedEvent = {
  ...{ stream: 'product-A', id: '00000000-0000-4000-8000-000000000009', type: 'ProductListed' },
  ...{ revision: 0, position: 1n, recordedAt: now, data: { sku: 'A' } },
  metadata: {
    schemaVersion: 1,
    occurredAt: new Date(now).toISOString(),
    actor: { kind: 'admin', subject: 'ann' },
  },
};

const delistedEvent = { ...listedEvent, type: 'ProductDelisted', revision: 1 };

function cursorOf(text: string): string {
  return Buffer.from(text).toString('base64url');
}
