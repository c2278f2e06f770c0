// The places of the operations board that find things, in a real browser: carts, orders, the event
// browser with its live tail, and who looked at what.
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import * as documents from '../../schema/generated/graphql.js';
import { Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { expectAccessible, type Visitor, type VisitorOptions } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 90_000;
const sku = '71053';
const email = 'ann@example.org';
/** Turns the direction of a line, would be a tag, and never ends. */
const hostile = `<img src=x onerror=alert(1)>\u202e${'x'.repeat(180)}`;

describeInBrowser('finding on the board', () => {
  const here = shopInBrowser();
  let guest: Shopper;
  let cartId: string;

  beforeAll(async () => {
    guest = new Shopper(here.shop);
    const opened = await guest.open();
    ({ cartId } = opened);
    const { addItem } = await opened.shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku, quantity: 2 },
    });
    const expectedTotal = addItem.cart!.totals.total.minorUnits;
    await opened.shopper.ask(documents.CheckoutDocument, {
      input: { cartId, expectedTotal, email, paymentToken: 'tok_ok' },
    });
    const store = await here.shop.connectionString();
    await appendHostile(store);
  }, patience);

  async function signedIn(
    role: 'Support' | 'Admin',
    path: string,
    options: VisitorOptions = {},
  ): Promise<Visitor> {
    const one = await here.enter(`${here.shop.url}/ops`, options);
    const { page } = one;
    await page.getByRole('radio', { name: role }).check();
    await page.getByRole('textbox', { name: 'Reason for access' }).fill('Ticket 4711');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(here.shop.url + path);
    return one;
  }

  const search = (page: Page) => page.getByRole('button', { name: 'Search', exact: true }).click();

  test(
    'a cart is found by its address, which stays out of the page’s, and leads to its history',
    async () => {
      const { page, complaints } = await signedIn('Support', '/ops/carts');
      await page.getByText('On record with the reason').waitFor();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill(email.toUpperCase());
      await search(page);
      await page.getByRole('status').getByText('1 found').waitFor();
      expect(page.url()).not.toContain('ann');
      await expectAccessible(page);
      await page.getByRole('link', { name: cartId.slice(0, 8) }).click();
      await page.getByRole('heading', { name: `Cart ${cartId.slice(0, 8)}` }).waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Its order' }).click();
      await page.getByRole('heading', { name: /^Order / }).waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Its cart in the time machine' }).click();
      await page.waitForURL(`${here.shop.url}/carts/${cartId}/history`);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'orders are found by product, and a search that finds nothing says so',
    async () => {
      const { page, complaints } = await signedIn('Admin', '/ops/orders');
      await page.getByRole('textbox', { name: 'SKU' }).fill(sku);
      await search(page);
      await page.getByRole('cell', { name: 'Payment received' }).waitFor();
      await page.getByRole('textbox', { name: 'SKU' }).fill('NOTHING');
      await search(page);
      await page.getByRole('heading', { name: 'No order found' }).waitFor();
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'the log shows what is appended while it is looked at, and what an event holds',
    async () => {
      const { page, complaints } = await signedIn('Support', '/ops/events?category=cart');
      await page.getByText('Live', { exact: true }).waitFor();
      const list = page.getByRole('listbox', { name: /^Events of the log/ });
      await list.getByRole('option', { name: /^CartCheckedOut/ }).waitFor();
      const opened = await guest.open();
      const fresh = list.getByRole('option', { name: new RegExp(`^CartOpened.*${opened.cartId}`) });
      await fresh.click();
      const detail = page.getByRole('region', { name: 'Event', exact: true });
      await detail.getByLabel('Data', { exact: true }).getByText('"currency": "GBP"').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Go live' }).click();
      await page.getByText('Live', { exact: true }).waitFor();
      await detail.getByRole('link', { name: 'This stream alone' }).click();
      await list.getByRole('option').nth(1).waitFor({ state: 'detached' });
      await list.getByRole('option').first().waitFor();
      expect(await list.getByRole('option').count()).toBe(1);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'hostile events are shown harmlessly, on a phone too',
    async () => {
      const { page, complaints } = await signedIn('Admin', '/ops/events?category=hostile', {
        width: 390,
        colorScheme: 'dark',
      });
      const [option] = await page.getByRole('option').all();
      await (option ?? page.getByRole('option').first()).click();
      const data = page.getByRole('dialog').getByLabel('Data', { exact: true });
      await data.getByText('<img src=x').waitFor();
      expect(await data.textContent()).toContain('\\u202e');
      await expectAccessible(page);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'admins see who looked at which cart, and support does not',
    async () => {
      const { page, complaints } = await signedIn('Admin', `/carts/${cartId}/history`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.goto(`${here.shop.url}/ops/access?cartId=${cartId}`);
      await page.getByRole('cell', { name: 'Ticket 4711' }).first().waitFor();
      await expectAccessible(page);
      const cart = page.getByRole('textbox', { name: 'Cart' });
      await cart.fill(cartId.slice(0, 8));
      await page.getByRole('button', { name: 'Search' }).click();
      expect(await page.evaluate("document.querySelectorAll('input:invalid').length")).toBe(1);
      await cart.fill(` ${cartId} `);
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('cell', { name: 'Ticket 4711' }).first().waitFor();
      const support = await signedIn('Support', '/ops/access');
      await support.page.getByRole('heading', { name: 'For admins' }).waitFor();
      expect([...complaints, ...support.complaints]).toEqual([]);
    },
    patience,
  );
});

/** As another program may write them. */
async function appendHostile(connectionString: string): Promise<void> {
  const { EventStoreDBClient, jsonEvent } = await import('@eventstore/db-client');
  const client = EventStoreDBClient.connectionString(connectionString);
  const data = { [hostile]: hostile, nested: { 'a\u2066b': [hostile] } };
  await client.appendToStream(`hostile-${hostile}`, jsonEvent({ type: hostile, data }));
  await client.dispose();
}
