// In the system's own colours, as contrast themes have them, no background of ours is left. What is
// chosen, what can be pressed and what a colour alone tells has to be seen all the same.
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type OpenedCart, Shopper } from '../flow/shopper.js';
import { AddItemDocument } from '../../schema/generated/graphql.js';
import { describeInBrowser } from './browser.js';
import { holding } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

describeInBrowser('in the colours of the system', () => {
  const here = shopInBrowser();
  let cart: OpenedCart;
  beforeAll(async () => {
    const { shopper, ...opened } = await new Shopper(here.shop).open();
    cart = opened;
    const { cartId } = cart;
    await shopper.ask(AddItemDocument, { input: { cartId, sku: '71053', quantity: 6 } });
  });

  async function enter(): Promise<Page> {
    const { page } = await here.enter('about:blank', {
      first: holding(cart),
    });
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(`${here.shop.url}/carts/${cart.cartId}/history`);
    await page.getByTestId('cart-then').waitFor();
    return page;
  }

  test.each([
    ['a choice', '[aria-pressed="true"]', '[aria-pressed="false"]'],
    ['a tab or an event', '[aria-selected="true"]', '[aria-selected="false"]'],
    ['the page one is on', 'nav [aria-current="page"]', 'nav a:not([aria-current])'],
  ])(
    '%s that is chosen looks other than the others',
    async (_what, chosen, other) => {
      const page = await enter();
      expect(await outlines(page, chosen)).toEqual(['solid']);
      expect(await outlines(page, other)).toEqual(['none']);
    },
    60_000,
  );

  test('the cart has an edge, and the kinds of events have their colours', async () => {
    const page = await enter();
    expect(await styles(page, '.cart-button', 'borderStyle')).toEqual(['solid']);
    const colours = await styles(page, '.legend .kind', 'backgroundColor', '::before');
    expect(colours).toHaveLength(await page.locator('.legend .kind').count());
  }, 60_000);
});

/** Of all that match: how they are outlined, each way once. */
const outlines = (page: Page, selector: string) => styles(page, selector, 'outlineStyle');

/** Evaluated as text: the types of a page are not those of a test. */
async function styles(page: Page, selector: string, name: string, part = ''): Promise<string[]> {
  const asked = [selector, name, part].map((one) => JSON.stringify(one));
  const found = `[...document.querySelectorAll(${asked[0]})]`;
  const all = await page.evaluate<string[]>(
    `${found}.map((one) => getComputedStyle(one, ${asked[2]})[${asked[1]}])`,
  );
  return [...new Set(all)];
}
