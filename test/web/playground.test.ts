// The playground in a real browser: it knows after a reload which cart it holds.
import { expect, test } from '@jest/globals';
import type { Page, Response } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 60_000;

describeInBrowser('the playground', () => {
  const here = shopInBrowser();

  const footer = (page: Page) => page.locator('.cart-in-hand');
  const run = (page: Page) => page.getByRole('button', { name: /execute query/i }).click();

  /** GraphiQL knows a moment after a change of tabs which operation it holds. */
  async function ran(page: Page, operation: string): Promise<Response> {
    for (;;) {
      const answered = page.waitForResponse((response) => {
        const sent = response.request().postData() ?? '';
        return response.url() === here.shop.graphqlUrl && !sent.includes('IntrospectionQuery');
      });
      await run(page);
      const response = await answered;
      const sent = response.request().postDataJSON() as { operationName?: string };
      if (sent.operationName === operation) return response;
    }
  }

  async function opened(page: Page): Promise<{ id: string; token: string }> {
    const { data } = (await (await ran(page, 'OpenCart')).json()) as {
      data: { openCart: { cartToken: string; cart: { id: string } } };
    };
    return { id: data.openCart.cart.id, token: data.openCart.cartToken };
  }

  async function playground(
    viewport = { width: 1280, height: 800 },
    first = '',
  ): Promise<{ page: Page; asked: string[] }> {
    const page = await (await here.browser.newContext({ viewport })).newPage();
    await page.addInitScript(first);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${here.shop.url}/graphiql`);
    await footer(page).waitFor();
    await page.locator('.graphiql-query-editor').getByText('OpenCart').first().waitFor();
    await page.locator('.graphiql-response .monaco-editor').first().waitFor();
    return { page, asked };
  }

  test(
    'knows its cart after a reload, and the next tab runs as it stands',
    async () => {
      const { page, asked } = await playground();
      expect(await footer(page).textContent()).toContain('No cart yet');
      const cart = await opened(page);
      await footer(page).getByText(cart.id).waitFor();
      // At once: before GraphiQL itself has written its tabs down.
      await page.reload();
      await footer(page).getByText(cart.id).waitFor();
      await page.getByRole('tab', { name: 'AddItem' }).click();
      const response = await ran(page, 'AddItem');
      expect(response.request().headers()['x-cart-token']).toBe(cart.token);
      expect(await response.json()).toMatchObject({
        data: { addItem: { rejection: null, cart: { lines: [{ quantity: 6 }] } } },
      });
      expect(asked.length).toBeGreaterThan(3);
      expect(asked.filter((url) => url.includes(cart.token))).toEqual([]);
      expect(page.url()).toBe(`${here.shop.url}/graphiql`);
      expect(here.shop.log).not.toContain(cart.token);
      await page.context().close();
    },
    patience,
  );

  test(
    'orders the cart by its tabs, on a phone',
    async () => {
      const { page } = await playground({ width: 390, height: 844 });
      await opened(page);
      const goTo = async (name: string) => {
        await page.getByRole('tab', { name }).click();
        return (await (await ran(page, name)).json()) as unknown;
      };
      await goTo('AddItem');
      expect(await goTo('Checkout')).toMatchObject({
        data: { checkout: { rejection: null, order: { total: { decimal: '17.70' } } } },
      });
      expect(await goTo('CartOrder')).toMatchObject({
        data: { cart: { order: { total: { decimal: '17.70' } } } },
      });
      const answer = await page.locator('.graphiql-response').boundingBox();
      expect(answer!.x + answer!.width).toBeLessThanOrEqual(390);
      expect(answer!.height).toBeGreaterThan(150);
      await page.context().close();
    },
    patience,
  );

  test(
    'leaves a tab alone that was pointed at another cart',
    async () => {
      const { page } = await playground();
      const cart = await opened(page);
      await footer(page).getByText(cart.id).waitFor();
      await page.waitForFunction(
        (id) => localStorage.getItem('graphiql:tabState')?.includes(id),
        cart.id,
      );
      const other = '00000000-0000-4000-8000-000000000001';
      await page.addInitScript(
        ([from, to]) => {
          const kept = localStorage.getItem('graphiql:tabState') ?? '';
          localStorage.setItem('graphiql:tabState', kept.replaceAll(from!, to!));
        },
        [cart.id, other],
      );
      await page.reload();
      await footer(page).getByText(cart.id).waitFor();
      await page.getByRole('tab', { name: 'AddItem' }).click();
      const answered = await ran(page, 'AddItem');
      expect(answered.request().postDataJSON()).toMatchObject({
        variables: { input: { cartId: other } },
      });
      await page.context().close();
    },
    patience,
  );

  test.each([
    ['forbids its storage', "throw new DOMException('Denied', 'SecurityError')"],
    ['has no storage', 'return null'],
  ])(
    'holds a cart until it is left in a browser that %s',
    async (_how, getter) => {
      const { page } = await playground(
        undefined,
        `for (const name of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(window, name, { get() { ${getter} } });
        }`,
      );
      const cart = await opened(page);
      await footer(page).getByText(cart.id).waitFor();
      await page.getByRole('tab', { name: 'AddItem' }).click();
      const response = await ran(page, 'AddItem');
      expect(await response.json()).toMatchObject({ data: { addItem: { rejection: null } } });
      await page.context().close();
    },
    patience,
  );

  test(
    'is where a browser lands that opens /graphql',
    async () => {
      const page = await (await here.browser.newContext()).newPage();
      await page.goto(`${here.shop.url}/graphql`);
      expect(page.url()).toBe(`${here.shop.url}/graphiql`);
      await footer(page).waitFor();
      await page.context().close();
    },
    patience,
  );
});
