// The total of an order that was corrected is the sum of the rows above it.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AddItemDocument, CheckoutDocument } from '../../schema/generated/graphql.js';
import { Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { shopInBrowser } from './shop-in-browser.js';

const gbp = (minorUnits: number) => ({
  ...{ __typename: 'Money', minorUnits, currency: 'GBP' },
  decimal: (minorUnits / 100).toFixed(2),
});

interface OrderAnswer {
  readonly data: { readonly order: { total: { minorUnits: number }; corrections: unknown[] } };
}

/** As the service answers once a pricing fix has been compensated. */
async function correct(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (!(route.request().postData() ?? '').includes('query OrderPage')) return route.continue();
    const response = await route.fetch();
    const answer = await (response.json() as Promise<OrderAnswer>).catch(() => null);
    // The page has given this request up meanwhile.
    if (answer === null) return;
    const { order } = answer.data;
    const agreed = order.total.minorUnits;
    const correction = { __typename: 'OrderCorrection', previousTotal: gbp(agreed) };
    order.total = gbp(agreed - 1_00);
    order.corrections = [
      {
        ...{ ...correction, eventId: 'e1', correctedTotal: gbp(agreed - 1_00) },
        settlement: 'OWED_TO_CUSTOMER',
      },
      {
        ...{ ...correction, eventId: 'e2', correctedTotal: gbp(agreed + 5_00) },
        settlement: 'FORGIVEN',
      },
    ];
    return route.fulfill({ response, json: answer });
  });
}

describeInBrowser('the page of an order', () => {
  const here = shopInBrowser();

  test('explains a corrected total', async () => {
    const { cartId, cartToken, shopper } = await new Shopper(here.shop).open();
    const { addItem } = await shopper.ask(AddItemDocument, {
      input: { cartId, sku: '71053', quantity: 3 },
    });
    const expectedTotal = addItem.cart!.totals.total.minorUnits;
    const { checkout } = await shopper.ask(CheckoutDocument, {
      input: { cartId, expectedTotal, email: 'ann@example.org', paymentToken: 'tok_ok' },
    });
    const held = JSON.stringify([{ id: cartId, token: cartToken }]);
    const { page } = await here.enter('about:blank', {
      first: `if (location.protocol !== 'about:') localStorage.setItem('cartograph:carts', '${held}')`,
    });
    await correct(page);
    await page.goto(`${here.shop.url}/orders/${checkout.order!.id}`);
    const row = page.getByText('Correction of the price');
    await row.waitFor();
    expect(await row.count()).toBe(1);
    const amounts = await page.locator('.cart-totals dd').allTextContents();
    const [subtotal, correction, total] = amounts.map((text) =>
      Math.round(Number(text.replace('−', '-').replace(/[^\d.-]/g, '')) * 100),
    );
    expect(correction).toBe(-1_00);
    expect(total).toBe(subtotal! + correction!);
  });
});
