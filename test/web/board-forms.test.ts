// The forms of the operations board in a real browser: what is typed there is neither lost nor
// taken for something else.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 30_000;

describeInBrowser('a form of the board', () => {
  const here = shopInBrowser();

  async function admin(place: string) {
    const visitor = await here.enter(`${here.shop.url}/ops/${place}`);
    visitor.page.setDefaultTimeout(10_000);
    await visitor.page.getByRole('radio', { name: 'Admin' }).check();
    await visitor.page.getByRole('textbox', { name: 'Reason for access' }).fill('Ticket 4711');
    await visitor.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    return visitor;
  }

  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).first().click();
  const dialog = (page: Page) => page.getByRole('dialog');
  const field = (page: Page, name: string) => dialog(page).getByLabel(name, { exact: true });
  const submit = (page: Page) => dialog(page).locator('[type=submit]').click();

  test(
    'stays open when text is selected beyond its edge, and closes by a click there',
    async () => {
      const { page } = await admin('catalogue');
      await press(page, 'List a product');
      const name = field(page, 'Name');
      await name.fill('A lantern');
      // To hover waits until the dialog stands still.
      await name.hover({ position: { x: 50, y: 10 } });
      await page.mouse.down();
      await page.mouse.move(10, 10, { steps: 3 });
      await page.mouse.up();
      expect(await name.inputValue()).toBe('A lantern');
      await page.mouse.click(10, 10);
      await dialog(page).waitFor({ state: 'detached' });
    },
    patience,
  );

  test(
    'gives the focus back to what opened it, however it ends',
    async () => {
      const { page } = await admin('catalogue');
      const opener = page.getByRole('button', { name: 'List a product', exact: true });
      const hasFocus = () => opener.and(page.locator(':focus')).waitFor();
      await press(page, 'List a product');
      await page.keyboard.press('Escape');
      await hasFocus();
      await press(page, 'List a product');
      await press(page, 'Cancel');
      await hasFocus();
      await press(page, 'List a product');
      await field(page, 'Article number').fill('FOCUS');
      await field(page, 'Name').fill('Focus');
      await field(page, 'Price').fill('1');
      await page.keyboard.press('Enter');
      await dialog(page).waitFor({ state: 'detached' });
      await hasFocus();
    },
    patience,
  );

  test(
    'is not closed by the late answer to one that was closed before',
    async () => {
      const { page } = await admin('catalogue');
      let answer = (): void => undefined;
      const isAnswered = new Promise<void>((resolve) => (answer = resolve));
      await page.route('**/graphql', async (route) => {
        if (route.request().postData()?.includes('mutation ReviseProduct')) await isAnswered;
        await route.continue();
      });
      await page
        .getByRole('button', { name: /^Edit / })
        .first()
        .click();
      await field(page, 'Name').fill('0 NAMED LATE');
      await submit(page);
      await press(page, 'Cancel');
      await press(page, 'List a product');
      await field(page, 'Name').fill('A lantern');
      answer();
      await page.getByText('0 NAMED LATE', { exact: true }).waitFor();
      expect(await field(page, 'Name').inputValue()).toBe('A lantern');
    },
    patience,
  );

  test(
    'takes no year of five digits, which is no date to the page',
    async () => {
      const { page, complaints } = await admin('coupons');
      await press(page, 'Define a coupon');
      await field(page, 'Code').fill('LATE');
      await field(page, 'Description').fill('Late');
      await field(page, 'Percent').fill('5');
      const from = field(page, 'Valid from');
      await from.fill('12026-03-01T10:00');
      await submit(page);
      await dialog(page).locator('input:out-of-range').waitFor();
      await from.fill('2026-03-01T10:00');
      await submit(page);
      await page.getByText('LATE', { exact: true }).waitFor();
      expect(complaints).toEqual([]);
    },
    patience,
  );

  test.each([
    ['A percentage off', 'Percent', ['12.345', '0x10', '1e1', '-0', '101', '0'], '١٢,5'],
    ['Free units', 'Units to buy', ['1.5', '1e1', '0'], ' ٣ '],
  ])(
    'gives %s exactly as typed, or not at all',
    async (kind, name, odd, good) => {
      const { page } = await admin('coupons');
      await press(page, 'Define a coupon');
      const code = `ODD${odd.length}`;
      await field(page, 'Code').fill(code);
      await field(page, 'Description').fill('Odd');
      await dialog(page).getByRole('radio', { name: kind }).check();
      for (const typed of odd) {
        await field(page, name).fill(typed);
        await submit(page);
        await dialog(page).getByRole('alert').waitFor();
        expect(await field(page, name).getAttribute('aria-invalid')).toBe('true');
      }
      await field(page, name).fill(good);
      await field(page, 'From a subtotal of').fill('5.001');
      await submit(page);
      await page.locator('[aria-invalid]').and(field(page, 'From a subtotal of')).waitFor();
      expect(await field(page, name).getAttribute('aria-invalid')).toBe(null);
      await field(page, 'From a subtotal of').fill(' ');
      await submit(page);
      await page.getByText(code, { exact: true }).waitFor();
    },
    patience,
  );

  test.each([
    ['Receive', /^Receive /, 'Units delivered', ['0', '1.5', '-1', '2147483648'], ' ١٢ '],
    ['Correct', /^Correct the stock/, 'Units on hand', ['-1', '99999999999', 'x'], '7'],
  ])(
    'to %s stock says which numbers it takes before anything is sent',
    async (_what, tool, name, odd, good) => {
      const { page } = await admin('stock');
      const sent: string[] = [];
      page.on('request', (request) => sent.push(request.postData() ?? ''));
      await page.getByRole('button', { name: tool }).first().click();
      const reason = dialog(page).getByLabel('Reason', { exact: true });
      if ((await reason.count()) > 0) await reason.fill('Counted');
      for (const typed of odd) {
        await field(page, name).fill(typed);
        await submit(page);
        await dialog(page)
          .getByRole('alert')
          .getByText(/^A whole number from [01] to 2,147,483,647\.$/)
          .waitFor();
        expect(await field(page, name).getAttribute('aria-invalid')).toBe('true');
        expect(await field(page, name).evaluate('document.activeElement.id !== ""')).toBe(true);
      }
      expect(sent.filter((body) => /mutation (Receive|Adjust)Stock/.test(body))).toEqual([]);
      await field(page, name).fill(good);
      await submit(page);
      await dialog(page).waitFor({ state: 'detached' });
    },
    patience,
  );
});
