// The shop in a real browser: shopping, a coupon, a second tab, offline and back, and the checkout.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  ChangeProductPriceDocument,
  DefineShippingMethodDocument,
  DefineTaxRuleDocument,
  ListProductDocument,
  OrderDeliveryDocument,
} from '../../schema/generated/graphql.js';
import { Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { expectAccessible, tab, type Visitor, type VisitorOptions } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 60_000;

describeInBrowser('the shop', () => {
  const here = shopInBrowser();

  async function come(path = '/', options: VisitorOptions = {}): Promise<Visitor> {
    return here.enter(here.shop.url + path, options);
  }

  const cards = (page: Page) => page.locator('.product-card');
  const cartButton = (page: Page) => page.getByRole('button', { name: /^cart/i });
  const total = (page: Page) => page.getByTestId('cart-total');
  const quantity = (page: Page) => page.getByRole('textbox', { name: /^quantity of/i });

  async function add(page: Page, place: number): Promise<void> {
    await cards(page)
      .nth(place)
      .getByRole('button', { name: /add to cart/i })
      .click();
  }

  async function openCart(page: Page): Promise<void> {
    await cartButton(page).click();
    await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
  }

  /** A cart with one product, in its drawer. */
  async function withOneProduct(options: VisitorOptions = {}): Promise<Visitor> {
    const one = await come('/?q=lantern', options);
    await add(one.page, 0);
    await cartButton(one.page).getByText('1 item').waitFor({ state: 'attached' });
    await openCart(one.page);
    await quantity(one.page).waitFor();
    return one;
  }

  const settled = (page: Page) => page.locator('.cart-totals[data-pending="false"]').waitFor();

  test(
    'is searched, and fills a cart that survives a reload',
    async () => {
      const { page, complaints } = await come();
      await cards(page).first().getByText('£').waitFor();
      await expectAccessible(page);
      await page.getByRole('searchbox').fill('lantern white');
      await page.waitForURL(/\?q=lantern\+white/);
      const found = page.getByRole('status').filter({ hasText: /product/ });
      await found.getByText(/^\d products?$/).waitFor();
      await add(page, 0);
      await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
      await page.reload();
      await openCart(page);
      await quantity(page).waitFor();
      expect(await quantity(page).inputValue()).toBe('1');
      await expectAccessible(page);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'keeps two changes of which the second is made before the first is drawn',
    async () => {
      const { page, complaints } = await come('/?tag=lighting');
      await page.getByRole('button', { name: /^Tagged lighting/ }).waitFor();
      await page.evaluate(`{
        document.querySelector('.catalogue-head .filter').click();
        const sort = document.querySelector('.sort select');
        sort.value = 'NAME';
        sort.dispatchEvent(new Event('change', { bubbles: true }));
      }`);
      await page.getByRole('button', { name: /^Tagged lighting/ }).waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('?sort=NAME');
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'shows a change at once, and the same total as the service afterwards',
    async () => {
      const { page, complaints } = await withOneProduct();
      const price = Number((await total(page).textContent())!.slice(1));
      const answered = page.waitForResponse((response) => response.url() === here.shop.graphqlUrl);
      await page.getByRole('button', { name: /more$/ }).click();
      await answered;
      await settled(page);
      expect(await total(page).textContent()).toBe(`£${(price * 2).toFixed(2)}`);
      await quantity(page).fill('0');
      await quantity(page).press('Enter');
      await page.getByText('Nothing in here yet').waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'takes a quantity back that the service refuses, and says why',
    async () => {
      const { page } = await withOneProduct();
      const before = await total(page).textContent();
      await page.route(here.shop.graphqlUrl, async (route) => {
        const body = route.request().postData()!.replace('"quantity":2', '"quantity":2000000');
        await route.continue({ postData: body });
      });
      await page.getByRole('button', { name: /more$/ }).click();
      await page.getByRole('alert').getByText('That was undone').waitFor();
      await settled(page);
      expect(await total(page).textContent()).toBe(before);
      expect(await quantity(page).inputValue()).toBe('1');
    },
    patience,
  );

  test(
    'judges coupons, and says why one gives nothing',
    async () => {
      const { page, complaints } = await withOneProduct();
      const field = page.getByRole('textbox', { name: 'Coupon code' });
      const apply = async (code: string) => {
        await field.fill(code);
        await field.press('Enter');
      };
      await apply('NO-SUCH-CODE');
      await page
        .getByRole('alert')
        .getByText(/coupon/i)
        .waitFor();
      await apply('fiver');
      await page
        .locator('.coupon[data-eligible="false"]')
        .getByText(/minimum spend/)
        .waitFor();
      await apply('WELCOME10');
      await page.locator('.coupon[data-eligible="true"]').getByText('WELCOME10').waitFor();
      await page.getByText('Discount').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Remove coupon FIVER' }).click();
      await page.getByText('£5 off').waitFor({ state: 'detached' });
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'tells of a price that has changed, takes it on wish, and brings back what was removed',
    async () => {
      const sku = 'PRICE-MOVES';
      const admin = await Shopper.signedIn(here.shop, 'admin', 'root');
      const price = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });
      await admin.ask(ListProductDocument, {
        input: { sku, name: 'Compass', price: price(1_000) },
      });
      const { page, complaints } = await come(`/products/${sku}`);
      await page
        .getByRole('button', { name: /^add to cart/i })
        .first()
        .click();
      await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
      await admin.ask(ChangeProductPriceDocument, { input: { sku, price: price(1_250) } });
      await openCart(page);
      await page.getByText(/Compass cost £10.00 when you added it, and costs £12.50 now/).waitFor();
      expect(await total(page).textContent()).toBe('£10.00');
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Take the price of now' }).click();
      await total(page).getByText('£12.50').waitFor();
      await page.getByText(/when you added it/).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Remove Compass' }).click();
      await page.getByText('Nothing in here yet').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await quantity(page).waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'agrees in two tabs, whichever changes the cart',
    async () => {
      const { page, context } = await withOneProduct();
      const second = await tab(context, `${here.shop.url}/?q=lantern`);
      await openCart(second.page);
      await quantity(second.page).waitFor();
      await page.bringToFront();
      await page.getByRole('button', { name: /more$/ }).click();
      await second.page.bringToFront();
      await second.page.locator('.stepper input[value="2"]').waitFor();
      await second.page.getByRole('button', { name: /more$/ }).click();
      await page.locator('.stepper input[value="3"]').waitFor();
      await settled(page);
      await settled(second.page);
      expect(await total(second.page).textContent()).toBe(await total(page).textContent());
      expect(second.complaints).toEqual([]);
    },
    patience,
  );

  test(
    'keeps clicks that are made offline, and sends each once',
    async () => {
      const { page, context } = await withOneProduct();
      const { page: other } = await tab(context, `${here.shop.url}/?q=lantern`);
      await page.bringToFront();
      await context.setOffline(true);
      await page.getByText(/^Offline/).waitFor();
      const more = page.getByRole('button', { name: /more$/ });
      await more.click();
      await more.click();
      await more.click();
      expect(await quantity(page).inputValue()).toBe('4');
      await page.locator('.cart-totals[data-pending="true"]').waitFor();
      await context.setOffline(false);
      await page.getByText(/^Connected again/).waitFor();
      await settled(page);
      expect(await quantity(page).inputValue()).toBe('4');
      await other.bringToFront();
      await openCart(other);
      await other.locator('.stepper input[value="4"]').waitFor();
    },
    patience,
  );

  test(
    'checks out, follows the order, and puts the cart away in every tab',
    async () => {
      const { page, context, complaints } = await withOneProduct();
      const second = await tab(context, here.shop.url);
      await cartButton(second.page).getByText('1 item').waitFor({ state: 'attached' });
      await page.bringToFront();
      await page.getByRole('link', { name: 'Check out' }).click();
      await page.getByRole('button', { name: /^order for/i }).click();
      await page.getByText('This is not an e-mail address.').waitFor();
      await expectAccessible(page);
      await page.getByLabel('E-mail address').fill('ada@example.com');
      await page.getByRole('button', { name: /^order for/i }).click();
      await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
      await page.getByRole('heading', { name: /thank you/i }).waitFor();
      await page.getByRole('heading', { name: 'What you ordered' }).waitFor();
      await expectAccessible(page);
      await cartButton(second.page).getByText('1 item').waitFor({ state: 'detached' });
      await page.reload();
      await page.getByRole('heading', { name: 'What you ordered' }).waitFor();
      expect(complaints).toEqual([]);
      // To anyone else there is no such order.
      const stranger = await come(new URL(page.url()).pathname);
      await stranger.page.getByRole('heading', { name: 'Order not found' }).waitFor();
      const none = await come('/orders/00000000-0000-4000-8000-000000000000');
      await none.page.getByRole('heading', { name: 'Order not found' }).waitFor();
    },
    patience,
  );

  test(
    'asks where an order goes, and shows what that costs before it is placed',
    async () => {
      const admin = await Shopper.signedIn(here.shop, 'admin', 'boss');
      const vat = { country: 'IE', name: 'VAT', ratePartsPerMillion: 230_000 };
      await admin.ask(DefineTaxRuleDocument, { input: { ...vat, pricesIncludeTax: false } });
      const prices = [{ price: { minorUnits: 495, currency: 'GBP' } }];
      await admin.ask(DefineShippingMethodDocument, {
        input: { code: 'POST', name: 'By post', countries: ['IE'], prices },
      });
      const { page, complaints } = await withOneProduct();
      await page.getByRole('link', { name: 'Check out' }).click();
      const pay = page.getByRole('button', { name: /^order for/i });
      const before = await total(page).textContent();
      await page.getByLabel('Country').selectOption('IE');
      await page.getByText('VAT 23 %').waitFor();
      await page.getByLabel('By post').check();
      await page.getByText('£4.95').first().waitFor();
      await page.getByLabel('E-mail address').fill('ada@example.com');
      await pay.click();
      await page.getByText('Please fill this in.').first().waitFor();
      await expectAccessible(page);
      await page.getByLabel('Name', { exact: true }).fill('Ada Doe');
      await page.getByLabel('Street and house').fill('1 Quay');
      await page.getByLabel('Town').fill('Cork');
      await page.getByLabel('A note for a gift').fill('For you');
      expect(await total(page).textContent()).not.toBe(before);
      await pay.click();
      await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
      await page.getByRole('heading', { name: 'What you ordered' }).waitFor();
      await page.getByText('VAT 23 %').waitFor();
      await page.getByText('£4.95').waitFor();
      const orderId = new URL(page.url()).pathname.slice('/orders/'.length);
      const { order } = await admin.ask(OrderDeliveryDocument, { orderId });
      expect(order).toMatchObject({
        ...{ giftNote: 'For you', shipTo: { country: 'IE' }, shippingMethod: { code: 'POST' } },
        shippingAddress: { name: 'Ada Doe', lines: ['1 Quay'], city: 'Cork', postalCode: null },
      });
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'works by keyboard alone',
    async () => {
      const { page, complaints } = await come('/?q=lantern');
      await cards(page).first().getByText('£').waitFor();
      await page.keyboard.press('Tab');
      await page
        .getByRole('link', { name: 'Skip to the content' })
        .and(page.locator(':focus'))
        .waitFor();
      await page.keyboard.press('Enter');
      const focused = () => page.evaluate<string>('document.activeElement.textContent');
      while (!/^Add to cart/.test(await focused())) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
      await cartButton(page).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await cartButton(page).and(page.locator(':focus')).waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test.each([
    [390, 'light'],
    [1440, 'dark'],
  ] as const)(
    'is accessible and not too wide at %d pixels, %s',
    async (width, colorScheme) => {
      const { page, complaints } = await withOneProduct({ width, colorScheme });
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      for (const path of ['/', '/products/71053', '/checkout', '/sign-in']) {
        await page.goto(here.shop.url + path);
        await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
        await expectAccessible(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
      expect(complaints).toEqual([]);
    },
    patience,
  );

  const hostileNames = [
    '<img src=x onerror="alert(1)"><script>alert(2)</script>',
    'W'.repeat(200),
    'مصباح '.repeat(8).trim(),
  ];
  test.each(hostileNames.map((name, place) => [name.slice(0, 20), name, `HOSTILE-${place}`]))(
    'shows a hostile name as text, and keeps its width: %s',
    async (_start, name, sku) => {
      const admin = await Shopper.signedIn(here.shop, 'admin', 'root');
      const input = { sku, name, price: { minorUnits: 100, currency: 'GBP' } };
      const { listProduct } = await admin.ask(ListProductDocument, { input });
      expect(listProduct.rejection).toBeNull();
      const { page, complaints } = await come(`/products/${sku}`, { width: 390 });
      page.on('dialog', () => complaints.push('a dialog'));
      await page.getByRole('heading', { level: 1 }).getByText(name.slice(0, 12)).waitFor();
      await page
        .getByRole('button', { name: /^add to cart/i })
        .first()
        .click();
      await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
      await openCart(page);
      await quantity(page).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'takes the cart along when its guest signs in, and puts it away at the end',
    async () => {
      const { page, complaints } = await withOneProduct();
      const before = await total(page).textContent();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('textbox', { name: /^name/i }).fill('grace');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('What you had put in before you signed in').waitFor();
      await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
      await page.reload();
      await openCart(page);
      await quantity(page).waitFor();
      expect(await total(page).textContent()).toBe(before);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      await openCart(page);
      await page.getByText('Nothing in here yet').waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test(
    'signs in for development, and no token is in an address, the markup or the log',
    async () => {
      const { page, complaints } = await come('/sign-in');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.getByRole('radio', { name: /^customer/i }).check();
      const minted = page.waitForResponse(`${here.shop.url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      const { token } = (await (await minted).json()) as { token: string };
      await page.getByText('You are signed in as ada.').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await add(page, 0);
      await cartButton(page).getByText('1 item').waitFor({ state: 'attached' });
      expect(asked.filter((url) => url.includes(token))).toEqual([]);
      expect(await page.content()).not.toContain(token);
      expect(here.shop.log).not.toContain(token);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );
});
