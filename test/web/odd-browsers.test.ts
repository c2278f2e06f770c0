// The shop in browsers that are not like most: what they lack costs nobody the cart.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ListProductDocument } from '../../schema/generated/graphql.js';
import { Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { shopInBrowser } from './shop-in-browser.js';

describeInBrowser('the shop', () => {
  const here = shopInBrowser();
  const cartButton = (page: Page) => page.getByRole('button', { name: /^cart/i });
  const add = (page: Page, place = 0) =>
    page
      .getByRole('button', { name: /^add to cart/i })
      .nth(place)
      .click();

  const full = `Storage.prototype.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };`;
  const absent = `for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, { get: () => null });
  }`;
  test.each([
    ['whose storage is full', full],
    ['without storage', absent],
  ])('takes what is put into the cart of a browser %s', async (_how, first) => {
    const { page } = await here.enter(here.shop.url, { first });
    await add(page);
    await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
    await add(page, 1);
    await cartButton(page).getByText('2 items').waitFor({ state: 'attached' });
  });

  test.each(['ja-JP', 'ar-EG', 'fr-FR', 'pl-PL'])('counts in English for %s', async (locale) => {
    const { page } = await here.enter(here.shop.url, { locale });
    await add(page);
    const one = new Intl.NumberFormat(locale).format(1);
    await cartButton(page).getByText(`${one} item`, { exact: true }).waitFor({ state: 'attached' });
  });

  test('shows the lines of a cart at 400 %, and its header covers nothing', async () => {
    const { page } = await here.enter(here.shop.url, { width: 320, height: 256 });
    await add(page);
    await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
    const header = page.getByRole('banner');
    await page.evaluate('scrollTo(0, 2_000)');
    expect((await header.boundingBox())!.y).toBeLessThan(0);
    await cartButton(page).click();
    await page.locator('.layer-body').waitFor();
    const hidden = await page.evaluate(
      "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.layer-body'))",
    );
    expect(hidden).toBe(0);
    const link = page.getByRole('link', { name: 'Check out' });
    await link.scrollIntoViewIfNeeded();
    await link.click();
    await page.waitForURL(/checkout/);
  });

  test('shows a page that was asked for without a network once that is back', async () => {
    const { context, page } = await here.enter(here.shop.url);
    const product = page.locator('.product-card a').first();
    await product.waitFor();
    await context.setOffline(true);
    await product.click();
    await page.getByRole('heading', { name: 'Something went wrong here' }).waitFor();
    await context.setOffline(false);
    await page
      .getByRole('button', { name: /^Add to cart/ })
      .first()
      .waitFor();
  });

  test.each([
    ['that another build has replaced, and shows it', 1, /^Add to cart/],
    ['that is nowhere, and says so', 2, 'Try again'],
  ] as const)('loads a page once more for code %s', async (_how, failures, button) => {
    const { context, page } = await here.enter(here.shop.url);
    const product = page.locator('.product-card a').first();
    await product.waitFor();
    let loads = 1;
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads += 1;
    });
    await context.route(/\/product-page-.*\.js$/, (route) =>
      loads > failures ? route.continue() : route.fulfill({ status: 404 }),
    );
    await product.click();
    await page.waitForEvent('load');
    await page.getByRole('button', { name: button }).first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(loads).toBe(2);
  });

  test('shows the fault, and no empty page, where the service is away too', async () => {
    const { context, page } = await here.enter(here.shop.url);
    const product = page.locator('.product-card a').first();
    await product.waitFor();
    await context.route('**', (route) => route.abort());
    await product.click();
    await page.getByRole('heading', { name: 'Something went wrong here' }).waitFor();
  });

  test('removes one line for two clicks in one place', async () => {
    const { page } = await here.enter(here.shop.url);
    for (const place of [0, 1, 2]) await add(page, place);
    await cartButton(page).getByText('3 items').waitFor({ state: 'attached' });
    await cartButton(page).click();
    const remove = page.getByRole('dialog').getByRole('button', { name: /^Remove/ });
    // A click of the locator waits until the drawer has slid in, and leaves the mouse there.
    await remove.first().click({ position: { x: 5, y: 5 } });
    await cartButton(page).getByText('2 items').waitFor({ state: 'attached' });
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await page.getByText(/was removed/).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await remove.count()).toBe(2);
  });

  test('shows three lines of a name that is very long, and has all of it', async () => {
    const admin = await Shopper.signedIn(here.shop, 'admin', 'root');
    const name = `Endless ${'lantern of the long night '.repeat(7)}`.trim();
    const price = { minorUnits: 100, currency: 'GBP' };
    await admin.ask(ListProductDocument, { input: { sku: 'ENDLESS', name, price } });
    const { page } = await here.enter(`${here.shop.url}/?q=endless`, { width: 320 });
    const shown = page.locator('.product-card .name').getByText(name);
    await shown.waitFor();
    expect(await shown.getAttribute('title')).toBe(name);
    const lines = await page.evaluate<number>(`(() => {
      const shown = document.querySelector('.product-card .name bdi');
      return shown.clientHeight / parseFloat(getComputedStyle(shown).lineHeight);
    })()`);
    expect(Math.round(lines)).toBe(3);
  });

  test.each(['light', 'dark'] as const)(
    'is printed on light paper from %s',
    async (colorScheme) => {
      const { page } = await here.enter(here.shop.url, { colorScheme });
      await page.getByRole('button', { name: 'Light or dark' }).click();
      await page.emulateMedia({ media: 'print', colorScheme });
      const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(paper).toBe('rgb(250, 247, 240)');
      expect(await page.getByRole('banner').count()).toBe(0);
    },
  );

  test('goes on where the code of the cart cannot be loaded, and says so', async () => {
    const { context, page } = await here.enter('about:blank');
    await context.route(/\/cart-drawer-/, (route) => route.abort());
    await page.goto(here.shop.url);
    await add(page);
    await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
    await cartButton(page).click();
    const told = page.getByRole('alert');
    await told.getByText('The cart could not be loaded.').waitFor();
    await context.unroute(/\/cart-drawer-/);
    await told.getByRole('button', { name: 'Try again' }).click();
    await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
    await cartButton(page).click();
    await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('goes on in a browser that translates it, and shows what changes', async () => {
    const { page, complaints } = await here.enter(`${here.shop.url}/?q=lantern`);
    const items = (count: string) =>
      cartButton(page).getByText(count).waitFor({ state: 'attached' });
    await page.locator('.product-card').first().waitFor();
    await page.evaluate(translateScript);
    await add(page);
    await items('1 item');
    await page.evaluate(translateScript);
    await add(page, 1);
    await items('2 items');
    await cartButton(page).click();
    const cart = page.getByRole('dialog', { name: /Your cart/ });
    await cart
      .getByRole('button', { name: /^Remove/ })
      .first()
      .waitFor();
    await page.evaluate(translateScript);
    await cart
      .getByRole('button', { name: /^Remove/ })
      .first()
      .click();
    await items('1 item');
    await page.evaluate(translateScript);
    await cart.getByLabel('Coupon code').fill('WELCOME10');
    await page.keyboard.press('Enter');
    await cart.getByText('Discount').waitFor();
    expect(await page.getByText('Something went wrong').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

/** As translators do it: each text gives way to elements that are not the page's. */
const translateScript = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.nodeValue.trim() === '' || text.parentElement.closest('font, script') !== null) continue;
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    inner.textContent = text.nodeValue;
    outer.append(inner);
    text.replaceWith(outer);
  }
})()`;
