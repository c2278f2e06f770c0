// Addresses that lead to nothing say so, and do not offer to try again.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 30_000;

describeInBrowser('an address', () => {
  const here = shopInBrowser();
  const told = (page: Page, title: string) =>
    page.getByRole('heading', { name: title, level: 1 }).waitFor();
  const again = (page: Page) => page.getByRole('button', { name: 'Try again' });

  async function boardOpened() {
    const visitor = await here.enter(`${here.shop.url}/ops`);
    const { page } = visitor;
    await page.getByRole('radio', { name: 'Admin' }).check();
    await page.getByRole('textbox', { name: 'Reason for access' }).fill('Ticket 4711');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return visitor;
  }

  test.each([
    ['/orders/nope', 'Order not found'],
    ['/orders/%00', 'Order not found'],
    ['/carts/%00/history', 'This cart was not found'],
    ['/products/%00', 'This product does not exist'],
    ['/products/a%2Fb', 'This product does not exist'],
  ])('of a guest, %s, leads to nothing', async (path, title) => {
    const { page } = await here.enter(here.shop.url + path);
    await told(page, title);
    expect(await again(page).count()).toBe(0);
  });

  test(
    'of the board leads to nothing',
    async () => {
      const { page } = await boardOpened();
      for (const [path, title] of [
        ['orders/nope', 'No such order'],
        ['orders/%00', 'No such order'],
        ['carts/nope', 'No such cart'],
        ['carts/%00', 'No such cart'],
        ['replays/reports/nope', 'There is no such report'],
        ['webhooks/nope', 'No such webhook'],
        ['orders/nope/deeper', 'This page does not exist'],
        ['webhooks/nope/deeper', 'This page does not exist'],
      ] as const) {
        await page.goto(`${here.shop.url}/ops/${path}`);
        await told(page, title);
        expect([path, await again(page).count()]).toEqual([path, 0]);
      }
    },
    patience,
  );

  test.each([
    ['controls', 'q=%00lan%07tern%E2%80%AE'],
    ['a search that is too long', `q=${'lantern '.repeat(60)}`],
    ['a tag that is none', 'q=lantern&tag=Not+one'],
  ])('of the shop with %s searches for what of it is text', async (_what, search) => {
    const { page, complaints } = await here.enter(`${here.shop.url}/?${search}`);
    await page.locator('.product-card:not([aria-hidden])').first().waitFor();
    expect(await again(page).count()).toBe(0);
    const box = page.getByRole('searchbox');
    await box.fill('lantern\u202e');
    await box.press('Enter');
    await page.waitForURL(/q=lantern$/);
    expect(complaints).toEqual([]);
  });

  test(
    'of the board asks for nothing that its fields cannot show',
    async () => {
      const { page, complaints } = await boardOpened();
      for (const [path, label] of [
        ['events?from=nope&until=2024-02-30T10:00', 'Recorded from'],
        ['orders?from=nope&until=2023-02-29&status=NOPE&sku=%00', 'From'],
        ['carts?from=20240101&until=%00&status=NOPE', 'From'],
        ['access?from=nope&until=2024-13-01&subject=%E2%80%AE', 'From'],
        ['access?cartId=nope', 'From'],
        [`carts?sku=${'x'.repeat(65)}&coupon=${'x'.repeat(41)}`, 'From'],
        ['sales?from=2024-02-30&to=2024-02-31', 'First day'],
      ] as const) {
        await page.goto(`${here.shop.url}/ops/${path}`);
        await page.getByLabel(label, { exact: true }).waitFor();
        await page.waitForLoadState('networkidle');
        const asks = page.getByRole('button', { name: 'Clear', exact: true });
        expect([path, await again(page).count(), await asks.count()]).toEqual([path, 0, 0]);
      }
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test.each(['/products/%', '/ops/%', '/carts/%E0%A4%A/history', `/products/${'x'.repeat(500)}`])(
    'that is none, %.30s, is told by a page',
    async (path) => {
      const { page } = await here.enter(here.shop.url + path);
      await told(page, 'This page does not exist');
      const answer = await fetch(here.shop.url + path);
      expect(answer.headers.get('content-type')).toContain('application/json');
    },
  );

  test.each(['/checkout/', '/sign-in/', '/products/71053/', '/ops/'])(
    'may end with a slash: %s',
    async (path) => {
      const answer = await fetch(here.shop.url + path, { headers: { accept: 'text/html' } });
      expect(answer.status).toBe(200);
    },
  );
});
