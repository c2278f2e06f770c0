// The operations board in a real browser, on a shop whose build corrects a price that was wrong.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import * as documents from '../../schema/generated/graphql.js';
import { correctedShop } from '../replay/two-builds.js';
import { describeInBrowser } from './browser.js';
import { expectAccessible, type VisitorOptions } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 60_000;

describeInBrowser('the operations board', () => {
  const here = shopInBrowser(correctedShop);

  async function total(): Promise<number | undefined> {
    const { shopper, watched } = here.shop;
    const { cart } = await shopper.ask(documents.CartDocument, { cartId: watched.cartId });
    return cart?.totals.total.minorUnits;
  }

  async function come(path: string, options: VisitorOptions = {}) {
    return here.enter(here.shop.service.url + path, options);
  }

  async function signIn(page: Page, role: 'Customer' | 'Support' | 'Admin'): Promise<void> {
    await page.getByRole('radio', { name: role }).check();
    const reason = page.getByRole('textbox', { name: 'Reason for access' });
    if (await reason.isVisible()) await reason.fill('Ticket 4711');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** The page that is left stays until the next one is loaded: what they both have is the old one's. */
  async function turnTo(page: Page, place: string): Promise<void> {
    await page.getByRole('link', { name: place, exact: true }).click();
    await page.getByRole('heading', { name: place, level: 1 }).waitFor();
  }

  test(
    'lets nobody in but support and admins, who stay where they wanted to go',
    async () => {
      const { page, complaints } = await come('/ops');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await expectAccessible(page);
      await signIn(page, 'Customer');
      await page.waitForURL(`${here.shop.service.url}/`);
      await page.goto(`${here.shop.service.url}/ops`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await signIn(page, 'Support');
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/ops');
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'tells on its overview what needs attention, and has its places at hand on a phone',
    async () => {
      const { page, complaints } = await come('/ops', { width: 390 });
      await signIn(page, 'Admin');
      await page.getByText('cart is due for a rebuild.').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: /^Overview/ }).click();
      await page.getByRole('dialog').getByRole('link', { name: 'Projections' }).click();
      await page.getByRole('heading', { name: 'Projections' }).waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'corrects a price: rebuilds beside, shows the impact cart by cart, promotes and rolls back',
    async () => {
      const { watched } = here.shop;
      const { page, complaints } = await come('/ops/replays');
      await signIn(page, 'Admin');
      await page.getByRole('button', { name: 'Rebuild', exact: true }).click();
      const report = page.getByRole('link', { name: 'Impact report' }).first();
      await report.waitFor();
      await expectAccessible(page);
      expect(await total()).toBe(watched.wrong);
      await report.click();
      await page.getByRole('heading', { name: '1 of 1 carts were priced differently' }).waitFor();
      await page.getByRole('link', { name: new RegExp(watched.cartId.slice(0, 8)) }).waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'All replays' }).click();
      await page.getByRole('button', { name: 'Promote', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Promote now' }).click();
      await page.getByText(/^Live: cart, generation/).waitFor();
      expect(await total()).toBe(watched.right);
      await page.getByRole('button', { name: 'Roll back', exact: true }).click();
      await expectAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back now' }).click();
      await page.getByText('The earlier rows are live again.').waitFor();
      expect(await total()).toBe(watched.wrong);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'pauses a read model and resumes it',
    async () => {
      const { page, complaints } = await come('/ops/projections');
      await signIn(page, 'Admin');
      await page.getByRole('button', { name: 'Pause coupons' }).click();
      await page.getByRole('button', { name: 'Resume coupons' }).click();
      await page.getByRole('button', { name: 'Pause coupons' }).waitFor();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'shows support everything, and no way to change it',
    async () => {
      const { page, complaints } = await come('/ops/replays');
      await signIn(page, 'Support');
      for (const place of [
        'Replays',
        'Projections',
        'Reactions',
        'Catalogue',
        'Coupons',
        'Stock',
      ]) {
        await turnTo(page, place);
        await expectAccessible(page);
        const changing = /^(pause|rebuild|promote|list a|define|withdraw|price|receive|correct)/i;
        expect(await page.getByRole('button', { name: changing }).count()).toBe(0);
      }
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'lists a product, prices it, counts its stock, and defines a coupon',
    async () => {
      const { page, complaints } = await come('/ops/catalogue');
      await signIn(page, 'Admin');
      const dialog = page.getByRole('dialog');
      const field = (label: string) => dialog.getByLabel(label, { exact: true });
      await page.getByRole('button', { name: 'List a product' }).click();
      await field('Article number').fill('BRASS-1');
      await field('Name').fill('Brass sextant');
      await field('Price').fill('129.5');
      const description = 'Reads the height of stars.\n\nBrass, in a box.';
      await field('Description').fill(description);
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Put on sale' }).click();
      await page.getByText('The product is on sale.').waitFor();
      await page.getByRole('searchbox').fill('sextant');
      await page.getByText('£129.50').waitFor();
      await page.getByRole('button', { name: 'Price of Brass sextant' }).click();
      await field('New price in GBP').fill('99');
      await dialog.getByRole('button', { name: 'Set the price' }).click();
      await page.locator('.administered').getByText('£99.00').waitFor();
      const edit = page.getByRole('button', { name: 'Edit Brass sextant' });
      await edit.click();
      await field('Tags').fill('brass');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.locator('.administered').getByText('brass', { exact: true }).waitFor();
      await edit.click();
      expect(await field('Description').inputValue()).toBe(description);
      await page.keyboard.press('Escape');

      await turnTo(page, 'Stock');
      await page.getByRole('searchbox').fill('sextant');
      await page.getByRole('button', { name: 'Receive Brass sextant' }).click();
      await field('Units delivered').fill('3');
      await dialog.getByRole('button', { name: 'Receive', exact: true }).click();
      await page.locator('.level').getByText('3', { exact: true }).waitFor();

      await turnTo(page, 'Coupons');
      await page.getByRole('button', { name: 'Define a coupon' }).click();
      await field('Code').fill('stars15');
      await field('Description').fill('For night sailors');
      await field('Percent').fill('15');
      await dialog.getByRole('button', { name: 'Define a coupon' }).click();
      await page.getByText('15 % off').waitFor();
      await page.getByRole('button', { name: 'Withdraw STARS15' }).click();
      await page
        .getByRole('listitem')
        .filter({ hasText: 'STARS15' })
        .getByText('Withdrawn')
        .waitFor();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'registers a webhook, sets a tax and a way of shipping, and puts a product back on sale',
    async () => {
      const { page, complaints } = await come('/ops/webhooks');
      await signIn(page, 'Admin');
      const dialog = page.getByRole('dialog');
      const field = (label: string) => dialog.getByLabel(label, { exact: true });
      const url = 'https://hooks.example.com/orders';
      await page.getByRole('button', { name: 'Register a webhook' }).click();
      await field('Address').fill(url);
      await dialog.getByRole('button', { name: 'Register a webhook' }).click();
      await dialog.getByText('Choose one event or more.').waitFor();
      await dialog.getByRole('checkbox', { name: 'Product withdrawn' }).check();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Register a webhook' }).click();
      await dialog.getByText(/^whsec_/).waitFor();
      await dialog.getByRole('button', { name: 'I have kept it' }).click();
      await page.getByRole('button', { name: `Pause the webhook to ${url}` }).click();
      await page.getByText('Paused', { exact: true }).waitFor();
      await page.getByRole('button', { name: `Make a new secret for ${url}` }).click();
      await dialog.getByRole('button', { name: 'Make it' }).click();
      await dialog.getByText(/^whsec_/).waitFor();
      await dialog.getByRole('button', { name: 'I have kept it' }).click();

      await turnTo(page, 'Taxes');
      await page.getByRole('button', { name: 'Define a rule' }).click();
      await field('Country').selectOption('IE');
      await field('Name').fill('VAT');
      await field('Percent of the price without tax').fill('23');
      await dialog.getByRole('button', { name: 'Define a rule' }).click();
      await page.getByRole('cell', { name: '23 %' }).waitFor();
      await expectAccessible(page);

      await turnTo(page, 'Shipping');
      await page.getByRole('button', { name: 'Define a method' }).click();
      await field('Code').fill('POST');
      await field('Name').fill('By post');
      await field('Price 1').fill('4.95');
      await dialog.getByRole('button', { name: 'Define a method' }).click();
      await page.getByText('£4.95').waitFor();
      await expectAccessible(page);

      await turnTo(page, 'Catalogue');
      await page.getByRole('searchbox').fill('lantern');
      await page
        .getByRole('button', { name: / from sale$/ })
        .first()
        .click();
      await page.getByText(/ is withdrawn from sale\.$/).waitFor();
      await page.getByRole('combobox', { name: 'Show' }).selectOption('WITHDRAWN');
      await page.getByText(/^Withdrawn on /).waitFor();
      await expectAccessible(page);
      await answerListLate(page);
      await page.getByRole('button', { name: /^Put back on sale: / }).click();
      await page.getByRole('searchbox').fill('');
      await page.getByRole('heading', { name: 'Nothing is withdrawn' }).waitFor();

      // The receiver was told of it, or would be once it is resumed.
      await turnTo(page, 'Webhooks');
      await page.getByRole('link', { name: `Deliveries to ${url}` }).click();
      await page.getByText('ProductDelisted').waitFor();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );
});

/** The next list is read before a product is back on sale, and answered when the page asks again. */
async function answerListLate(page: Page): Promise<void> {
  const [listRead, askedAgain] = [gate(), gate()];
  let lists = 0;
  await page.route('**/graphql', async (route) => {
    const sent = route.request().postData() ?? '';
    if (sent.includes('RestoreProduct')) await listRead.opened;
    if (!sent.includes('BoardProducts')) return route.continue();
    lists += 1;
    if (lists > 1) askedAgain.open();
    const response = await route.fetch();
    listRead.open();
    await askedAgain.opened;
    await route.fulfill({ response });
  });
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
