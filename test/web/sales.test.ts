// The page about sales on the operations board, in a real browser.
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { expectAccessible, type VisitorOptions } from './page.js';
import { asInPrint, cutOff, print } from './paper.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 60_000;

describeInBrowser('the page about sales', () => {
  const here = shopInBrowser();
  beforeAll(async () => {
    await sell(here.shop);
  }, patience);

  async function come(search: string, options: VisitorOptions = {}) {
    const one = await here.enter(`${here.shop.url}/ops/sales${search}`, options);
    const { page } = one;
    await page.getByRole('radio', { name: 'Support' }).check();
    await page.getByRole('textbox', { name: 'Reason for access' }).fill('The month’s figures');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Sales' }).waitFor();
    return one;
  }

  test(
    'is whole on paper',
    async () => {
      const { page } = await come('', { first: asInPrint });
      const chart = '.chart-frame canvas';
      await page.locator(chart).first().waitFor();
      await print(page);
      expect(await cutOff(page, chart, '.chart-frame')).toBe(0);
      expect(await page.getByRole('link', { name: 'Skip to the content' }).count()).toBe(0);
    },
    patience,
  );

  test(
    'shows what was sold, with the numbers behind each chart',
    async () => {
      const { page, complaints } = await come('');
      await figure(page, 'Orders').getByText('2', { exact: true }).waitFor();
      await figure(page, 'Units').getByText('5', { exact: true }).waitFor();
      const chart = page.getByRole('img', { name: /^Revenue by day: 28 bars/ });
      await chart.locator('canvas').waitFor();
      await chart.focus();
      await page.keyboard.press('End');
      await page.getByText(/: £[\d.]+, 2 orders$/).waitFor();
      await page.getByText('Show as a table').first().click();
      const today = page.getByRole('region', { name: 'Revenue' }).getByRole('row').last();
      expect(await today.getByRole('cell').allTextContents()).toEqual([
        expect.stringMatching(/\d{4}$/),
        ...['2', '5', expect.stringMatching(/^£/)],
      ]);
      await page.getByRole('button', { name: 'Hour' }).click();
      await page.getByRole('img', { name: /^Revenue by hour: \d{3} bars/ }).waitFor();
      const funnel = page.getByRole('region', { name: 'Funnel of carts' });
      const steps = funnel.getByRole('list').first().getByRole('listitem');
      expect(await steps.allTextContents()).toEqual([
        'Opened3100% of the opened',
        'Filled3100% of the step before',
        'Checked out266.7% of the step before',
        expect.stringMatching(/^Paid[012]/),
      ]);
      const coupons = page.getByRole('region', { name: 'Coupons' }).first();
      await coupons.getByRole('cell', { name: 'WELCOME10' }).waitFor();
      await page.getByRole('button', { name: 'Units' }).click();
      await page.getByRole('region', { name: 'Top products' }).first().getByRole('link').waitFor();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'follows other days, and a time zone that exists',
    async () => {
      const { page, complaints } = await come('?from=2010-12-01&to=2010-12-02', {
        width: 390,
        colorScheme: 'dark',
      });
      await page.getByRole('heading', { name: 'Nothing was sold in these days' }).waitFor();
      await page.getByText('No cart was opened in these days.').waitFor();
      await page.getByLabel('Time zone').fill('Mars/Olympus');
      await page.getByRole('alert').getByText('No time zone has this name.').waitFor();
      await expectAccessible(page);
      await page.getByLabel('Time zone').fill('Asia/Kathmandu');
      await page.getByLabel('Period').selectOption('Last 7 days');
      await page.getByRole('img', { name: /^Revenue by day: 7 bars/ }).waitFor();
      expect(new URL(page.url()).searchParams.get('zone')).toBe('Asia/Kathmandu');
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'keeps two changes of which the second is made before the first is drawn',
    async () => {
      const { page, complaints } = await come('?from=2010-12-01&to=2010-12-02');
      await page.getByLabel('Time zone').waitFor();
      // The setter of the page's field is React's, which would take the event for one of no change.
      await page.evaluate(`{
        const zone = document.querySelector('.sales-controls input[list]');
        const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
        set.call(zone, 'Asia/Kathmandu');
        zone.dispatchEvent(new Event('input', { bubbles: true }));
        const period = document.querySelector('.sales-controls select');
        period.value = '7';
        period.dispatchEvent(new Event('change', { bubbles: true }));
      }`);
      await page.getByRole('img', { name: /^Revenue by day: 7 bars/ }).waitFor();
      expect(new URL(page.url()).searchParams.get('zone')).toBe('Asia/Kathmandu');
      expect(complaints).toEqual([]);
    },
    patience,
  );
});

const figure = (page: Page, label: string) =>
  page.locator('.figure').filter({ has: page.getByText(label, { exact: true }) });

/** Two orders of 2 and 3 units, one of them with a coupon, and a cart that stays open. */
async function sell(service: ServiceProcess): Promise<void> {
  const sku = '85123A';
  for (const quantity of [2, 3, 4]) {
    const { cartId, shopper } = await new Shopper(service).open();
    const added = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku, quantity },
    });
    if (quantity === 4) return;
    let { cart } = added.addItem;
    if (quantity === 3) {
      const input = { cartId, code: 'WELCOME10' };
      ({ cart } = (await shopper.ask(documents.ApplyCouponDocument, { input })).applyCoupon);
    }
    const expectedTotal = cart!.totals.total.minorUnits;
    const agreed = { email: 'ann@example.org', paymentToken: 'tok_ok', expectedTotal };
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: { cartId, ...agreed },
    });
    expect(checkout.rejection).toBeNull();
  }
}
