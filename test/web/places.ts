// Every place of the pages: which route it is, who goes there, and what is seen there once its data
// has come. The routes themselves are read from the source.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import type { LivedInShop } from './lived-in-shop.js';
import { longSku } from './lived-in-shop.js';

/** A guest holds the carts of the shop; whoever is signed in gave a reason. */
export type Visiting = 'nobody' | 'guest' | 'customer' | 'support' | 'admin';

export interface Place {
  /** As the router has it. */
  readonly route: string;
  readonly name: string;
  readonly who: Visiting;
  readonly path: (shop: LivedInShop) => string;
  /** What only the data can show. */
  readonly shows: (page: Page) => Locator;
  /** Of the answer to the address; default: 200. */
  readonly status?: number;
  /** Selectors of what a library draws, and we cannot change. */
  readonly foreign?: readonly string[];
  /** What is done there before it is looked at. */
  readonly then?: (page: Page) => Promise<unknown>;
}

const unknownId = '00000000-0000-4000-8000-000000000000';
const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { name, level: 1 });
const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first();
const cell = (name: string | RegExp) => (page: Page) => page.getByRole('cell', { name }).first();

const storefront: readonly Place[] = [
  {
    ...{ route: '/', name: 'the shop', who: 'guest', path: () => '/' },
    shows: (page) => page.locator('.product-card').first(),
  },
  {
    ...{ route: '/', name: 'a search that finds nothing', who: 'nobody' },
    ...{ path: () => '/?q=no-such-thing-anywhere', shows: text('Nothing found') },
  },
  {
    ...{ route: '/', name: 'the cart', who: 'guest', path: () => '/' },
    shows: (page) => page.locator('.product-card').first(),
    then: async (page) => {
      await page.getByRole('button', { name: /^cart/i }).click();
      await page
        .getByRole('dialog')
        .getByRole('textbox', { name: /^quantity/i })
        .first()
        .waitFor();
    },
  },
  {
    ...{ route: '/products/:sku', name: 'a product', who: 'guest' },
    ...{ path: () => `/products/${longSku}`, shows: text(/polished by hand/) },
  },
  {
    ...{ route: '/products/:sku', name: 'an unknown product', who: 'nobody' },
    ...{ path: () => '/products/NONE', shows: heading('This product does not exist') },
  },
  {
    ...{ route: '/checkout', name: 'the checkout', who: 'guest', path: () => '/checkout' },
    shows: (page) => page.getByRole('button', { name: /^order for/i }),
  },
  {
    ...{ route: '/checkout', name: 'the checkout of nothing', who: 'nobody' },
    ...{ path: () => '/checkout', shows: heading('There is nothing to check out') },
  },
  ...(['paid', 'shipped', 'refunded', 'cancelled', 'declined'] as const).map((kind): Place => ({
    ...{ route: '/orders/:orderId', name: `an order, ${kind}`, who: 'guest' },
    path: ({ orders }) => `/orders/${orders[kind].orderId}`,
    shows: text(kind === 'refunded' ? 'Refunded' : 'What you ordered'),
  })),
];

const others: readonly Place[] = [
  {
    ...{ route: '/orders/:orderId', name: 'an order of somebody else', who: 'nobody' },
    path: ({ orders }) => `/orders/${orders.paid.orderId}`,
    shows: heading('Order not found'),
  },
  {
    ...{ route: '/carts/:id/history', name: 'the time machine', who: 'guest' },
    path: ({ cart }) => `/carts/${cart.cartId}/history`,
    shows: (page) => page.getByTestId('cart-then'),
  },
  {
    ...{ route: '/carts/:id/history', name: 'two moments compared', who: 'guest' },
    path: ({ cart }) => `/carts/${cart.cartId}/history?revision=9&from=3`,
    shows: (page) => page.getByTestId('cart-then'),
  },
  {
    ...{ route: '/carts/:id/history', name: 'the past of a cart of somebody else', who: 'nobody' },
    path: ({ cart }) => `/carts/${cart.cartId}/history`,
    shows: heading('This cart was not found'),
  },
  {
    ...{ route: '/sign-in', name: 'the sign-in', who: 'nobody', path: () => '/sign-in' },
    shows: heading('Sign in'),
  },
  {
    ...{ route: '*', name: 'an address of no page', who: 'nobody', path: () => '/no/such/page' },
    ...{ shows: heading('This page does not exist'), status: 404 },
  },
  {
    ...{ route: '*', name: 'a link within the app to no page', who: 'nobody', path: () => '/' },
    shows: (page) => page.locator('.product-card').first(),
    then: async (page) => {
      // What is left while it asks gives its questions up.
      await page.waitForLoadState('networkidle');
      await page.evaluate(`history.pushState({}, '', '/no/such/page')`);
      await page.evaluate(`dispatchEvent(new PopStateEvent('popstate', { state: {} }))`);
      await heading('This page does not exist')(page).waitFor();
    },
  },
  {
    ...{ route: '/graphiql', name: 'the playground', who: 'nobody', path: () => '/graphiql' },
    shows: (page) => page.locator('.graphiql-query-editor').getByText('OpenCart').first(),
    foreign: ['.graphiql-tabs', '.monaco-editor'],
  },
];

const board: readonly Place[] = [
  {
    ...{ route: '/ops', name: 'the overview', who: 'admin', path: () => '/ops' },
    shows: text('is parked'),
  },
  {
    ...{ route: '/ops', name: 'the board, asking for a sign-in', who: 'nobody' },
    ...{ path: () => '/ops', shows: heading('Sign in') },
  },
  onBoard('projections', text('Live rows')),
  onBoard('replays', text('Impact report')),
  onBoard('reactions', text('CartCheckedOut')),
  onBoard('webhooks', text(/a-long-path/)),
  onBoard('sales', cell('WELCOME10')),
  onBoard('carts', cell('Open')),
  onBoard('orders', cell('Payment received')),
  onBoard('catalogue', (page) => page.locator('.administered > li').first()),
  onBoard('coupons', text('WELCOME10')),
  onBoard('stock', (page) => page.locator('.administered .level').first()),
  onBoard('tax', cell('20 %')),
  onBoard('shipping', text('By post, in two working days')),
  onBoard('events', (page) => page.getByRole('option').first()),
  onBoard('access', cell(/Ticket 4711/)),
  { ...onBoard('access', heading('Access')), name: 'access, for support', who: 'support' },
  {
    ...onBoard('carts', heading(/^Cart /)),
    ...{ route: '/ops/carts/:cartId', name: 'a cart on the board' },
    path: ({ cart }) => `/ops/carts/${cart.cartId}`,
  },
  {
    ...onBoard('carts', (page) => page.getByRole('heading', { level: 1 })),
    ...{ route: '/ops/carts/:cartId', name: 'an unknown cart on the board' },
    path: () => `/ops/carts/${unknownId}`,
  },
  ...(['refunded', 'declined'] as const).map((kind) => ({
    ...onBoard('orders', heading(/^Order /)),
    ...{ route: '/ops/orders/:orderId', name: `an order on the board, ${kind}` },
    path: ({ orders }: LivedInShop) => `/ops/orders/${orders[kind].orderId}`,
  })),
  {
    ...onBoard('orders', (page) => page.getByRole('heading', { level: 1 })),
    ...{ route: '/ops/orders/:orderId', name: 'an unknown order on the board' },
    path: () => `/ops/orders/${unknownId}`,
  },
  {
    ...onBoard('replays', heading(/carts were priced differently$/)),
    ...{ route: '/ops/replays/reports/:id', name: 'an impact report' },
    path: ({ reportId }) => `/ops/replays/reports/${reportId}`,
  },
  {
    ...onBoard('webhooks', cell('OrderShipped')),
    ...{ route: '/ops/webhooks/:webhookId', name: 'the deliveries of a webhook' },
    path: ({ webhookId }) => `/ops/webhooks/${webhookId}`,
  },
  {
    ...onBoard('nowhere', heading('This page does not exist')),
    ...{ route: '/ops/*', name: 'no place of the board' },
  },
];

function onBoard(key: string, shows: Place['shows']): Place {
  const route = `/ops/${key}`;
  return { route, name: `${key} on the board`, who: 'admin', path: () => route, shows };
}

export const places: readonly Place[] = [...storefront, ...others, ...board];

const app = fileURLToPath(new URL('../../web/app/', import.meta.url));
const served = fileURLToPath(new URL('../../src/http/pages.ts', import.meta.url));

/** The routes that the source has: of the app, of the board with the places within places. */
export function routesOfTheSource(): string[] {
  const files = readdirSync(app, { recursive: true, encoding: 'utf8' });
  const routers = files.filter((file) => file.endsWith('.tsx')).flatMap(routesIn);
  const pages = [...readFileSync(served, 'utf8').matchAll(/Path = '(\/[\w-]+)'/g)];
  return [...new Set([...routers, ...boardPlaces(files), ...pages.map(([, path]) => path!)])];
}

const boardFolder = 'operations';

/** A place has a file of its own name in a folder of that name: see places.ts of the app. */
function boardPlaces(files: readonly string[]): string[] {
  const pages = files.filter((file) => /^operations\/([\w-]+)\/\1-page\.tsx$/.test(file));
  const keys = pages.map((file) => basename(dirname(file)));
  return keys.map((key) => (key === 'overview' ? '/ops' : `/ops/${key}`));
}

function routesIn(file: string): string[] {
  const source = readFileSync(join(app, file), 'utf8');
  const elements = source.match(/<Route\s[^>]*/g) ?? [];
  const folder = dirname(file);
  const base = folder === '.' ? '' : folder === boardFolder ? '/ops' : `/ops/${basename(folder)}`;
  if (elements.length > 0 && base !== '' && !folder.startsWith(boardFolder)) {
    throw new Error(`Nobody knows which address the routes of ${file} begin with`);
  }
  return elements.flatMap((element) => {
    const path = /\bpath="([^"]+)"/.exec(element)?.[1];
    if (path === undefined) return /\bindex\b/.test(element) ? [base === '' ? '/' : base] : [];
    // The board's own routes are in its files.
    if (path === 'ops/*') return [];
    return path === '*' && base === '' ? ['*'] : [`${base}/${path}`];
  });
}
