// Every page in a real browser, in a shop that has something to show on each: on a phone and on a
// wide screen, in both colour schemes.
import { afterEach, expect, test } from '@jest/globals';
import type { BrowserContext, Request } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { livedInShop } from './lived-in-shop.js';
import { expectAccessible, tab } from './page.js';
import { type Place, places, routesOfTheSource, type Visiting } from './places.js';
import { enterAs } from './visiting.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 60_000;

/** In this order: a page has to grow and to shrink. */
const looks = [
  { width: 390, colorScheme: 'light' },
  { width: 1440, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
  { width: 390, colorScheme: 'dark' },
] as const;

/** What Chromium writes of an address without a page. */
const missing = 'Failed to load resource: the server responded with a status of 404 (Not Found)';

test('each route of the source is visited, and no other', () => {
  expect([...new Set(places.map(({ route }) => route))].sort()).toEqual(routesOfTheSource().sort());
});

describeInBrowser('every page', () => {
  const here = shopInBrowser(livedInShop);
  const people = new Map<Visiting, Promise<BrowserContext>>();
  afterEach(async () => {
    const contexts = await Promise.all(people.values());
    await Promise.all(contexts.flatMap((one) => one.pages().map((page) => page.close())));
  });

  /** One browser a person for all pages. */
  function contextOf(who: Visiting): Promise<BrowserContext> {
    const known =
      people.get(who) ?? enterAs(who, { ...looks[0], shop: here.shop, browser: here.browser });
    people.set(who, known);
    return known;
  }

  test.each(places.map((place) => [place.name, place] as const))(
    '%s',
    async (_name, place) => {
      const context = await contextOf(place.who);
      const failed = failuresOf(context, place);
      const { page, complaints } = await tab(
        context,
        here.shop.service.url + place.path(here.shop),
      );
      await place.shows(page).waitFor();
      await place.then?.(page);
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      for (const look of looks) {
        await page.setViewportSize({ width: look.width, height: 900 });
        await page.emulateMedia({ colorScheme: look.colorScheme });
        expect([look, await page.evaluate(tooWideScript)]).toEqual([look, []]);
        expect(await page.locator('h1').count()).toBe(1);
        await expectAccessible(page, place.foreign);
      }
      const isMissing = place.status === 404;
      expect([...complaints, ...failed()]).toEqual(isMissing ? [missing] : []);
    },
    patience,
  );
});

/**
 * What the requests of the next page come to, besides what is expected of its address. One that the
 * page gives up does not count if it makes the same again: Apollo Client does so when a live change
 * reaches its cache before the first answer.
 */
function failuresOf(context: BrowserContext, { status = 200 }: Place): () => readonly string[] {
  const failed: string[] = [];
  const givenUp: Request[] = [];
  const last = new Map<string, Request>();
  const said = (request: Request) =>
    [request.method(), request.url(), request.postData() ?? ''].join(' ');
  context.once('page', (page) => {
    page.on('request', (request) => last.set(said(request), request));
    page.on('requestfailed', (request) => {
      const failure = request.failure()?.errorText ?? '';
      if (failure === 'net::ERR_ABORTED') givenUp.push(request);
      else failed.push(`${said(request)}: ${failure}`);
    });
    page.on('response', (response) => {
      const isExpected = response.request().isNavigationRequest() && response.status() === status;
      if (!response.ok() && !isExpected) failed.push(`${response.status()} ${response.url()}`);
    });
  });
  return () => {
    const notAgain = givenUp.filter((request) => last.get(said(request)) === request);
    return [...failed, ...notAgain.map((request) => `${said(request)}: given up`)];
  };
}

/** What stands out at the side, once the page has had some frames to find its form. */
const tooWideScript = `(async () => {
  const root = document.documentElement;
  for (let frame = 0; frame < 100 && root.scrollWidth > innerWidth; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  if (root.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth)
    .map((element) => element.tagName + ' ' + element.className);
})()`;
