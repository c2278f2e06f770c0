// Two admins who edit one thing at once: nobody's change is lost without a word.
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  ChangeProductPriceDocument,
  ChangeWebhookDocument,
  DefineCouponDocument,
  DefineShippingMethodDocument,
  RegisterWebhookDocument,
  ReviseProductDocument,
} from '../../schema/generated/graphql.js';
import { Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { expectAccessible } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 30_000;
const sku = '71053';

describeInBrowser('what is edited', () => {
  const here = shopInBrowser();
  const dialog = (page: Page) => page.getByRole('dialog');
  const field = (page: Page, name: string) => dialog(page).getByLabel(name, { exact: true });
  const save = (page: Page) => dialog(page).locator('[type=submit]').click();

  /** Opens a form of the product; another admin is there too. */
  async function editing(tool: RegExp) {
    const { page, other } = await entered('catalogue');
    await page.getByRole('searchbox').fill(sku);
    await page.getByRole('status').getByText('1 product').waitFor();
    await page.getByRole('button', { name: tool }).click();
    return { page, other };
  }

  async function entered(place: string) {
    const other = await Shopper.signedIn(here.shop, 'admin', 'other');
    const { page } = await here.enter(`${here.shop.url}/ops/${place}`);
    page.setDefaultTimeout(10_000);
    await page.getByRole('radio', { name: 'Admin' }).check();
    await page.getByRole('textbox', { name: 'Reason for access' }).fill('Ticket 4711');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    return { page, other };
  }

  const revise = (other: Shopper, change: { name?: string; tags?: string[] }) =>
    other.ask(ReviseProductDocument, { input: { sku, ...change } });

  test(
    'by somebody else meanwhile shows what they changed before it is saved over',
    async () => {
      const { page, other } = await editing(/^Edit /);
      await field(page, 'Name').fill('MINE');
      await revise(other, { name: 'THEIRS', tags: ['theirs'] });
      await save(page);
      const notice = dialog(page).getByRole('alert');
      await notice.getByText('THEIRS', { exact: true }).waitFor();
      await expectAccessible(page);
      expect(await field(page, 'Name').inputValue()).toBe('MINE');
      expect(await field(page, 'Tags').inputValue()).toBe('theirs');
      await notice.getByRole('button', { name: 'Take theirs: Name' }).click();
      expect(await field(page, 'Name').inputValue()).toBe('THEIRS');
      await field(page, 'Description').fill('And mine');
      await save(page);
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText('THEIRS', { exact: true }).waitFor();
    },
    patience,
  );

  test(
    'is saved without a word when only its price was changed meanwhile',
    async () => {
      const { page, other } = await editing(/^Edit /);
      await field(page, 'Name').fill('NAMED');
      const price = { minorUnits: 1_23, currency: 'GBP' };
      await other.ask(ChangeProductPriceDocument, { input: { sku, price } });
      await save(page);
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText('NAMED', { exact: true }).waitFor();
    },
    patience,
  );

  test(
    'has a price that somebody else set meanwhile, which is told first',
    async () => {
      const { page, other } = await editing(/^Price of /);
      await field(page, 'New price in GBP').fill('5');
      const price = { minorUnits: 7_77, currency: 'GBP' };
      await other.ask(ChangeProductPriceDocument, { input: { sku, price } });
      await save(page);
      await dialog(page).getByRole('alert').getByText('£7.77').waitFor();
      await save(page);
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText('£5.00').waitFor();
    },
    patience,
  );

  test(
    'as a shipping method is told of first, and saved after that',
    async () => {
      const { page, other } = await entered('shipping');
      const prices = [{ price: { minorUnits: 490, currency: 'GBP' } }];
      const input = { code: 'BOTH', name: 'Post', prices };
      await other.ask(DefineShippingMethodDocument, { input });
      await page.reload();
      await page.getByRole('button', { name: 'Edit Post' }).click();
      const theirs = [{ price: { minorUnits: 7_77, currency: 'GBP' } }];
      await other.ask(DefineShippingMethodDocument, { input: { ...input, prices: theirs } });
      await field(page, 'Name').fill('Mail');
      await save(page);
      await dialog(page).getByRole('alert').getByText('£7.77').waitFor();
      await expectAccessible(page);
      await save(page);
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Edit Mail' }).waitFor();
    },
    patience,
  );

  test(
    'as a webhook is told of first, and saved after that',
    async () => {
      const { page, other } = await entered('webhooks');
      const [url, moved] = ['https://shop.example/hook', 'https://moved.example/hook'];
      const eventTypes = ['OrderPlaced' as const];
      const { registerWebhook } = await other.ask(RegisterWebhookDocument, {
        input: { url, eventTypes },
      });
      await page.reload();
      await page.getByRole('button', { name: `Edit the webhook to ${url}` }).click();
      const webhookId = registerWebhook.webhook!.id;
      await other.ask(ChangeWebhookDocument, { input: { webhookId, url: moved } });
      await dialog(page).getByLabel('Order shipped').check();
      await save(page);
      await dialog(page).getByRole('alert').getByText(moved).waitFor();
      await save(page);
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: `Edit the webhook to ${url}` }).waitFor();
    },
    patience,
  );

  test(
    'as a new coupon is told of first where it is there already',
    async () => {
      const { page, other } = await entered('coupons');
      const input = { code: 'TAKEN', description: 'Theirs', percentageBasisPoints: 500 };
      await other.ask(DefineCouponDocument, { input });
      await page.getByRole('button', { name: 'Define a coupon' }).first().click();
      await field(page, 'Code').fill('taken');
      await dialog(page).getByLabel('Description').fill('Mine');
      await field(page, 'Percent').fill('10');
      await save(page);
      await dialog(page).getByRole('alert').getByText('TAKEN is there already').waitFor();
      await expectAccessible(page);
      await save(page);
      await dialog(page).waitFor({ state: 'detached' });
    },
    patience,
  );

  test('refuses a revision that it no longer has, and repeats an answer', async () => {
    const admin = await Shopper.signedIn(here.shop, 'admin', 'other');
    const commandId = crypto.randomUUID();
    const input = { sku, name: 'STALE', expectedRevision: 0 };
    const stale = await admin.ask(ReviseProductDocument, { input });
    expect(stale.reviseProduct.rejection).toMatchObject({ code: 'CONFLICT' });
    const { currentRevision } = stale.reviseProduct.rejection as { currentRevision?: number };
    const fresh = { input: { ...input, commandId, expectedRevision: currentRevision! } };
    const accepted = { rejection: null, product: { name: 'STALE' } };
    const first = await admin.ask(ReviseProductDocument, fresh);
    expect(first.reviseProduct).toMatchObject(accepted);
    const again = await admin.ask(ReviseProductDocument, fresh);
    expect(again.reviseProduct).toMatchObject(accepted);
  });
});
