// One cart at two checkouts: it is ordered once, and each tab finds the order.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { tab, type Visitor } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

/** Hears nothing of what other tabs do. */
const deaf = `
  addEventListener('storage', (event) => event.stopImmediatePropagation());
  WebSocket = class extends WebSocket {
    set onmessage(_listener) {}
  };
`;

/** Hears of the cart over the websocket only after another tab has put it away. */
const slow = `
  const waiting = [];
  let isHeld = true;
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== 'cartograph:cart' || newValue !== null) return;
    setTimeout(() => {
      isHeld = false;
      for (const pass of waiting) pass();
    }, 500);
  });
  WebSocket = class extends WebSocket {
    set onmessage(listener) {
      super.onmessage = (event) => {
        if (isHeld) waiting.push(() => listener(event));
        else listener(event);
      };
    }
  };
`;

interface Asked {
  readonly operationName: string;
  readonly variables: { readonly cartId?: string; readonly minRevision?: number | null };
}

describeInBrowser('the checkout', () => {
  const here = shopInBrowser();
  const order = (page: Page) => page.getByRole('button', { name: /^Order for/ });
  const thanks = (page: Page) => page.getByRole('heading', { name: /^Thank you/ });

  async function atCheckout(page: Page): Promise<Page> {
    await page.goto(`${here.shop.url}/checkout`);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    return page;
  }

  async function withOneProduct(): Promise<Visitor> {
    const visitor = await here.enter(`${here.shop.url}/?q=lantern`);
    const { page } = visitor;
    await page.getByRole('button', { name: 'Add to cart' }).first().click();
    await page.getByRole('banner').getByText('1 item').waitFor({ state: 'attached' });
    return visitor;
  }

  test.each([
    ['hears of it', ''],
    ['hears nothing, and orders too', deaf],
  ])('leads to the order of another tab where it %s', async (_how, first) => {
    const { context, page } = await withOneProduct();
    const other = await tab(context, 'about:blank');
    await other.page.addInitScript({ content: first });
    await atCheckout(other.page);
    await atCheckout(page);
    await order(page).click();
    await thanks(page).waitFor();
    if (first !== '') await order(other.page).click();
    await other.page.getByRole('heading', { name: 'This cart was ordered' }).waitFor();
    await other.page.getByRole('main').getByRole('link', { name: 'Show the order' }).click();
    await other.page.getByRole('heading', { name: 'Your order' }).waitFor();
    expect(other.page.url()).toBe(page.url());
    expect(other.complaints).toEqual([]);
  });

  test('finds the order of another tab also where the rows have it later', async () => {
    const { context, page } = await withOneProduct();
    const other = await tab(context, 'about:blank');
    await other.page.addInitScript({ content: slow });
    await atCheckout(other.page);
    await other.page.route('**/graphql', (route) => {
      const { operationName, variables } = route.request().postDataJSON() as Asked;
      const { cartId, minRevision } = variables;
      const isAnsweredByRows = operationName === 'CartOrder' && minRevision == null;
      if (!isAnsweredByRows) return route.continue();
      const cart = { __typename: 'Cart', id: cartId, order: null };
      return route.fulfill({ json: { data: { cart } } });
    });
    await atCheckout(page);
    await order(page).click();
    await thanks(page).waitFor();
    await other.page.getByRole('heading', { name: 'This cart was ordered' }).waitFor();
    await other.page.getByRole('main').getByRole('link', { name: 'Show the order' }).waitFor();
  });

  test('shows the order of another tab from any page', async () => {
    const { context, page } = await withOneProduct();
    const other = await tab(context, `${here.shop.url}/?q=bag`);
    await other.page.getByRole('banner').getByText('1 item').waitFor({ state: 'attached' });
    await atCheckout(page);
    await order(page).click();
    await thanks(page).waitFor();
    await other.page.getByRole('button', { name: 'Show the order' }).click();
    await other.page.waitForURL(page.url());
  });

  test('sends an order that is clicked twice once, and leaves the checkout behind', async () => {
    const { page } = await withOneProduct();
    await atCheckout(page);
    await page.getByLabel('A note for a gift').fill('For you');
    const sent: string[] = [];
    page.on('request', (request) => {
      const name = /"operationName":"(SetGiftNote|Checkout)"/.exec(request.postData() ?? '')?.[1];
      if (name !== undefined) sent.push(name);
    });
    await page.evaluate(`document.querySelectorAll('main form').forEach((form) => {
      form.requestSubmit();
      form.requestSubmit();
    })`);
    await thanks(page).waitFor();
    expect(sent).toEqual(['SetGiftNote', 'Checkout']);
    await page.goBack();
    await page.waitForURL(/\?q=lantern/);
  });
});
