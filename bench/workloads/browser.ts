// What somebody at a screen waits for, in a real browser on loopback: the shop's first page, a click
// on "Add to cart" until the service has confirmed it, here and in a second tab, and the slider of
// the time machine on a long cart. Times are the page's own, from the event of the browser until
// the document has changed; the next picture follows within a frame.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowser } from '../browser-process.js';
import { type OpenCart, openCarts, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { type Figure, median, milliseconds, type Workload } from '../workload.js';

const isSmall = process.argv.includes('--small');
const LOADS = isSmall ? 2 : 15;
const CLICKS = isSmall ? 5 : 100;
const MOVES = isSmall ? 5 : 100;
const LONG_EVENTS = isSmall ? 300 : 10_000;
/** Until caches and compiled code are as they are for somebody who has looked around. */
const WARM_UP = isSmall ? 1 : 10;

const addItem = `mutation ($input: AddItemInput!) {
  addItem(input: $input) { cart { revision } rejection { code } }
}`;

/** In each page before its own scripts. Instants are in milliseconds since 1970. */
const watching = `
  globalThis.instant = (at = performance.now()) => performance.timeOrigin + at;
  globalThis.until = (isSo) => new Promise((resolve, reject) => {
    const look = () => {
      if (!isSo()) return;
      observer.disconnect();
      clearTimeout(late);
      resolve(instant());
    };
    const late = setTimeout(() => reject(new Error('Not within 30 s: ' + isSo)), 30_000);
    const observer = new MutationObserver(look);
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(document, all);
    look();
  });
  globalThis.heard = {};
  for (const type of ['click', 'pointerdown']) {
    addEventListener(type, (event) => (heard[type] = instant(event.timeStamp)), true);
  }`;

/** The header's cart has that many items, and the service has answered everything. */
const isConfirmed = (items: number) => `(() => {
  const cart = document.querySelector('.cart-button');
  const count = cart?.querySelector('.count > [aria-hidden]')?.textContent;
  return count === new Intl.NumberFormat().format(${items}) && cart.ariaBusy !== 'true';
})()`;

const isFilled = `document.querySelector('.product-card button') !== null`;

/** The cart that is shown is that of the handle, and not the one before. */
const isMovedFrom = (revision: number) => `(() => {
  const shown = document.querySelector('[data-testid="cart-then"]')?.dataset.revision;
  const chosen = document.querySelector('.handle.now')?.ariaValueNow;
  return shown === chosen && shown !== '${revision}';
})()`;

const until = (page: Page, condition: string) => page.evaluate<number>(`until(() => ${condition})`);

/** As `until`, in two steps: an input event can overtake what is evaluated in a page. */
async function watch(page: Page, condition: string): Promise<() => Promise<number>> {
  await page.evaluate(`void (globalThis.seen = until(() => ${condition}))`);
  return () => page.evaluate<number>('seen');
}

/** When the page's last event of this type was. */
const heard = (page: Page, type: string) => page.evaluate<number>(`heard.${type}`);

function figure(what: string, times: readonly number[], ceiling?: readonly number[]): Figure {
  const [middle, slowest] = [median(times), Math.max(...times)];
  const bare = ceiling && median(ceiling);
  return {
    what: `${what}, p50 / slowest of ${times.length}`,
    value: `${milliseconds(middle)} / ${milliseconds(slowest)}`,
    ...(bare !== undefined && { ceiling: milliseconds(bare), ratio: middle / bare }),
  };
}

async function visitor(browser: Browser, holds?: OpenCart): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(watching);
  if (holds !== undefined) {
    const held = { id: holds.id, token: holds.token };
    const kept = {
      'cartograph:cart': JSON.stringify(held),
      'cartograph:carts': JSON.stringify([held]),
    };
    const keep = `Object.assign(localStorage, ${JSON.stringify(kept)});`;
    await context.addInitScript(`if (location.protocol !== 'about:') { ${keep} }`);
  }
  return context;
}

/** From the beginning of the navigation until a product can be put into the cart; nothing is cached. */
async function storefront(browser: Browser, address: string): Promise<Figure> {
  const times: number[] = [];
  for (let load = 0; load < LOADS; load += 1) {
    const context = await visitor(browser);
    const page = await context.newPage();
    await page.goto(address, { waitUntil: 'commit' });
    const filledAt = await until(page, isFilled);
    times.push(filledAt - (await page.evaluate<number>('performance.timeOrigin')));
    await context.close();
  }
  return figure('the shop’s first page, nothing cached, until it can be used', times);
}

/** Clicks in one tab, seen in both; beside each click, the bare request of the same change. */
async function clicks(browser: Browser, address: string, carts: OpenCart[]): Promise<Figure[]> {
  const [held, other] = carts as [OpenCart, OpenCart];
  const context = await visitor(browser, held);
  const [page, second] = [await context.newPage(), await context.newPage()];
  for (const tab of [second, page]) {
    await tab.goto(address);
    await until(tab, isFilled);
  }
  const times = { here: [] as number[], there: [] as number[], bare: [] as number[] };
  const add = page.locator('.product-card button').first();
  for (let turn = 1 - WARM_UP; turn <= CLICKS; turn += 1) {
    const items = turn + WARM_UP;
    const confirmed = await watch(page, isConfirmed(items));
    const there = await watch(second, isConfirmed(items));
    await add.click();
    const [confirmedAt, thereAt] = [await confirmed(), await there()];
    const clickedAt = await heard(page, 'click');
    const bare = await bareRequest(page, other);
    if (turn < 1) continue;
    times.here.push(confirmedAt - clickedAt);
    times.there.push(thereAt - clickedAt);
    times.bare.push(bare);
  }
  await context.close();
  return [
    figure(
      'click on “Add to cart” until confirmed; beside it, the bare request',
      times.here,
      times.bare,
    ),
    figure('the same click until a second tab shows it', times.there),
  ];
}

/** The same change as a click's, of another cart, by the page's own `fetch`. */
function bareRequest(page: Page, { id, token }: OpenCart): Promise<number> {
  const variables = { input: { cartId: id, sku: '85123A', quantity: 1 } };
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cart-token': token },
    body: JSON.stringify({ query: addItem, variables }),
  };
  return page.evaluate<number>(`(async () => {
    const begunAt = performance.now();
    await (await fetch('/graphql', ${JSON.stringify(request)})).json();
    return performance.now() - begunAt;
  })()`);
}

/** The moments are at random places, so that few of them are near one that was seen before. */
async function slider(browser: Browser, address: string, cart: OpenCart): Promise<Figure> {
  const context = await visitor(browser, cart);
  const page = await context.newPage();
  await page.goto(`${address}/carts/${cart.id}/history`);
  await until(page, isMovedFrom(-1));
  const times: number[] = [];
  for (let move = 1 - WARM_UP; move <= MOVES; move += 1) {
    const shown = page.getByTestId('cart-then');
    const before = Number(await shown.getAttribute('data-revision'));
    const { x, y, width, height } = (await page.getByTestId('plot').boundingBox())!;
    const moved = await watch(page, isMovedFrom(before));
    await page.mouse.click(x + elsewhere(before / LONG_EVENTS) * width, y + height / 2);
    const shownAt = await moved();
    if (move > 0) times.push(shownAt - (await heard(page, 'pointerdown')));
  }
  await context.close();
  const events = LONG_EVENTS.toLocaleString('en-GB');
  return figure(
    `press on the time machine’s slider until the cart is shown, ${events} events`,
    times,
  );
}

/** A share of the slider, not where the handle is. */
function elsewhere(place: number): number {
  const share = Math.random();
  return Math.abs(share - place) < 0.02 ? elsewhere(place) : share;
}

async function fill(address: string, { id, token }: OpenCart): Promise<void> {
  const client = new GraphQLClient(address, 1);
  const skus = ['85123A', '71053', '84406B', '84029G', '22752'];
  for (let event = 1; event < LONG_EVENTS; event += 1) {
    const input = { cartId: id, sku: skus[event % skus.length], quantity: 1 };
    const headers = { 'x-cart-token': token };
    const { addItem: added } = await client.query<{ addItem: { rejection: object | null } }>(
      addItem,
      { input },
      headers,
    );
    if (added.rejection !== null) throw new Error(`Refused: ${JSON.stringify(added)}`);
  }
  client.close();
}

export const browserWorkload: Workload = {
  name: 'browser',
  async run() {
    const browser = await startBrowser();
    if (browser === undefined) {
      process.stderr.write('  skipped: there is no Chromium here; CHROMIUM_PATH names one\n');
      return [];
    }
    const service = await startCartograph();
    try {
      const { address } = service;
      const [long, ...carts] = await openCarts(address, 3);
      await fill(address, long!);
      return [
        await storefront(browser, address),
        ...(await clicks(browser, address, carts)),
        await slider(browser, address, long!),
      ];
    } finally {
      await browser.close();
      await service.stop();
    }
  },
};
