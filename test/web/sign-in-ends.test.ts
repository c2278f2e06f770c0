// A sign-in that ends by itself, under a form that somebody fills in.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { expectAccessible } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 30_000;

describeInBrowser('a sign-in that ends', () => {
  const here = shopInBrowser();

  async function admin(path: string) {
    const visitor = await here.enter('about:blank');
    const { page } = visitor;
    page.setDefaultTimeout(10_000);
    await page.clock.install();
    await page.goto(here.shop.url + path);
    await page.getByRole('radio', { name: 'Admin' }).check();
    await page.getByRole('textbox', { name: 'Reason for access' }).fill('Ticket 4711');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    return visitor;
  }

  const again = (page: Page) => page.getByRole('dialog', { name: 'Your sign-in has ended' });

  test(
    'keeps what was typed until somebody signs in again',
    async () => {
      const { page } = await admin('/ops/coupons');
      await page.getByRole('button', { name: 'Define a coupon' }).click();
      await page.getByLabel('Code', { exact: true }).fill('KEPT');
      await page.clock.fastForward('16:00');
      await again(page).waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await again(page).getByRole('button', { name: 'Sign in again as root' }).click();
      await again(page).waitFor({ state: 'detached' });
      const code = page.getByLabel('Code', { exact: true });
      expect(await code.inputValue()).toBe('KEPT');
      await page.getByLabel('Description', { exact: true }).fill('Kept');
      await page.getByLabel('Percent', { exact: true }).fill('5');
      await page.getByRole('dialog').locator('[type=submit]').click();
      await page.getByText('KEPT', { exact: true }).waitFor();
    },
    patience,
  );

  test(
    'early, as the service no longer takes its token, goes on with another one',
    async () => {
      const { page } = await admin('/ops/coupons');
      await page.getByRole('button', { name: 'Define a coupon' }).click();
      await page.getByLabel('Code', { exact: true }).fill('EARLY');
      await page.getByLabel('Description', { exact: true }).fill('Early');
      await page.getByLabel('Percent', { exact: true }).fill('5');
      await page.route('**/graphql', async (route) => {
        const headers = { ...route.request().headers(), authorization: 'Bearer of.another.key' };
        await route.continue({ headers });
      });
      await page.getByRole('dialog').locator('[type=submit]').click();
      await again(page).waitFor();
      await page.unroute('**/graphql');
      await again(page).getByRole('button', { name: 'Sign in again as root' }).click();
      await page.getByText('EARLY', { exact: true }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
    },
    patience,
  );

  test(
    'before a page is opened asks for another one, or shows what guests may see',
    async () => {
      const { page } = await admin('/ops/coupons');
      await page.getByRole('heading', { name: 'Coupons', level: 1 }).waitFor();
      await page.evaluate(`(() => {
        const person = JSON.parse(sessionStorage.getItem('cartograph:signed-in'));
        const spoilt = { ...person, token: person.token.slice(0, -4) };
        sessionStorage.setItem('cartograph:signed-in', JSON.stringify(spoilt));
      })()`);
      await page.goto(here.shop.url);
      await again(page).getByRole('button', { name: 'Sign out' }).click();
      await page.locator('.product-card').first().waitFor();
    },
    patience,
  );

  test(
    'ends for good when its reader signs out',
    async () => {
      const { page } = await admin('/ops/coupons');
      await page.getByRole('heading', { name: 'Coupons', level: 1 }).waitFor();
      await page.clock.fastForward('16:00');
      await again(page).getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    },
    patience,
  );

  test(
    'lasts as long as the service says, whatever the clock of the browser says',
    async () => {
      const { page } = await here.enter('about:blank');
      await page.clock.install({ time: new Date('2031-05-05T05:05:05Z') });
      await page.goto(`${here.shop.url}/ops`);
      await page.getByRole('textbox', { name: 'Reason for access' }).fill('Ticket 4711');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.clock.fastForward('14:00');
      expect(await again(page).count()).toBe(0);
    },
    patience,
  );
});
