// The time machine in a real browser: slider, keys, comparison, live events, links to a moment, and
// the same "not found" for every cart that is not the reader's.
import { beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import * as documents from '../../schema/generated/graphql.js';
import { type OpenedCart, Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { expectAccessible, type Visitor, visitor } from './page.js';
import { asInPrint, cutOff, print } from './paper.js';
import { shopInBrowser } from './shop-in-browser.js';

const patience = 60_000;

describeInBrowser('the time machine', () => {
  const here = shopInBrowser();
  let skus: string[];
  let shopper: Shopper;
  let cart: OpenedCart;
  let opened: Visitor[] = [];

  beforeAll(async () => {
    const guest = new Shopper(here.shop);
    const { products } = await guest.ask(documents.ProductsDocument, { first: 3 });
    skus = products.edges.map(({ node }) => node.sku);
    const { shopper: holder, ...held } = await guest.open();
    [shopper, cart] = [holder, held];
    await add(0, 6);
    await add(1, 2);
    const { cartId } = cart;
    await shopper.ask(documents.ApplyCouponDocument, { input: { cartId, code: 'WELCOME10' } });
    await shopper.ask(documents.ChangeQuantityDocument, {
      input: { cartId, sku: skus[0]!, quantity: 3 },
    });
    await shopper.ask(documents.RemoveItemDocument, { input: { cartId, sku: skus[1]! } });
  }, patience);

  const add = (index: number, quantity: number) =>
    shopper.ask(documents.AddItemDocument, {
      input: { cartId: cart.cartId, sku: skus[index]!, quantity },
    });

  /** Somebody who holds these carts, at this address of the history. */
  async function visit(
    address: string,
    options: Parameters<typeof visitor>[2] & { readonly holds?: OpenedCart | null } = {},
  ): Promise<Visitor> {
    const { holds = cart, ...rest } = options;
    const guest = await visitor(here.browser, 'about:blank', rest);
    const { page, context } = guest;
    if (holds !== null) {
      await context.addInitScript(
        ([id, token]) => {
          localStorage.setItem('cartograph:cart', JSON.stringify({ id, token }));
          localStorage.setItem('cartograph:carts', JSON.stringify([{ id, token }]));
        },
        [holds.cartId, holds.cartToken] as const,
      );
    }
    await page.goto(`${here.shop.url}${address}`);
    opened.push(guest);
    return guest;
  }

  const history = (rest = '') => `/carts/${cart.cartId}/history${rest}`;
  const shows = (page: Page, revision: number) =>
    page.locator(`[data-testid="cart-then"][data-revision="${revision}"]`).waitFor();
  const handle = (page: Page, name = 'Shown moment') => page.getByRole('slider', { name });
  async function newest(): Promise<number> {
    const { cartTimeline } = await shopper.ask(documents.CartHistoryLengthDocument, {
      cartId: cart.cartId,
    });
    return cartTimeline.totalCount - 1;
  }

  /** Closes what a test has opened; nothing may have been complained of. */
  async function leave(): Promise<void> {
    const all = opened;
    opened = [];
    await Promise.all(all.map(({ context }) => context.close()));
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
  }

  const story = (name: string, tell: () => Promise<void>) =>
    test(
      name,
      async () => {
        await tell();
        await leave();
      },
      patience,
    );

  story('is whole on paper', async () => {
    const { page } = await visit(history(), { first: asInPrint });
    await page.locator('.plot svg').waitFor();
    await print(page);
    expect(await cutOff(page, '.plot svg', '.plot')).toBe(0);
  });

  story('shows at each event the cart as it stood, by the arrow keys', async () => {
    const { page } = await visit(history());
    const last = await newest();
    await shows(page, last);
    for (let revision = last - 1; revision >= 0; revision -= 1) {
      await page.keyboard.press('ArrowLeft');
      await shows(page, revision);
      const { cartAtRevision } = await shopper.ask(documents.CartAtRevisionDocument, {
        cartId: cart.cartId,
        revision,
      });
      const { decimal } = cartAtRevision!.totals.total;
      expect(await page.getByTestId('then-total').textContent()).toContain(`£${decimal}`);
    }
    await page.keyboard.press('Shift+ArrowRight');
    await shows(page, last);
    await handle(page).press('Home');
    await shows(page, 0);
  });

  story('moves with the pointer, on both scales', async () => {
    const { page } = await visit(history());
    const last = await newest();
    await shows(page, last);
    const plot = page.getByTestId('plot');
    await plot.click({ position: { x: 1, y: 20 } });
    const { x, y, width } = (await plot.boundingBox())!;
    await shows(page, 0);
    await page.mouse.move(x + 1, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width, y + 20, { steps: 5 });
    await page.mouse.up();
    await shows(page, last);
    await page.getByRole('button', { name: 'Real time' }).click();
    await page.mouse.click(x + 1, y + 20);
    await shows(page, 0);
    expect(await handle(page).getAttribute('aria-valuetext')).toContain('Opened');
  });

  story('marks what an event changed', async () => {
    const { page } = await visit(history('?revision=4'));
    await shows(page, 4);
    const changed = page.locator('.then-line[data-change="changed"]').first();
    await changed.waitFor();
    expect(await changed.textContent()).toContain('was 6');
    await page.keyboard.press('ArrowRight');
    await page.locator('.then-line[data-change="gone"]').waitFor();
  });

  story('compares two moments, and each change leads to its events', async () => {
    const { page } = await visit(history('?revision=4'));
    await shows(page, 4);
    await page.getByRole('button', { name: 'Compare two moments' }).first().click();
    await handle(page, 'Compare from').press('Home');
    const total = page.locator('[data-path="totals.total"]');
    await total.waitFor();
    await page.getByText('From event 0 to event 4').waitFor();
    const quantity = page.locator(`[data-path="lines.${skus[0]!}.quantity"]`);
    expect(await quantity.textContent()).toMatch(/3/);
    await quantity.getByRole('button', { name: 'Event 1' }).click();
    await shows(page, 1);
    await expectAccessible(page);
  });

  story('unfolds a total into parts that lead to their events', async () => {
    const { page } = await visit(history('?revision=3'));
    await shows(page, 3);
    await page.getByRole('button', { name: /How did this total come about/ }).click();
    const parts = page.getByTestId('parts');
    await parts.getByText('Coupon WELCOME10').waitFor();
    await parts.getByRole('button', { name: 'Event 2' }).click();
    await shows(page, 2);
  });

  story('goes on living while one looks at the past', async () => {
    const { page } = await visit(history('?revision=1'));
    await shows(page, 1);
    const last = await newest();
    await add(2, 1);
    await page.getByText(`/ ${last + 1}`).waitFor();
    await shows(page, 1);
    await page.getByTestId('to-now').click();
    await shows(page, last + 1);
    await add(2, 1);
    await shows(page, last + 2);
  });

  story('links to an instant, and to one before the cart was opened', async () => {
    const { cartTimeline } = await shopper.ask(documents.CartHistoryDocument, {
      cartId: cart.cartId,
      first: 3,
    });
    const at = cartTimeline.edges[2]!.node.occurredAt;
    const { page } = await visit(history(`?at=${encodeURIComponent(at)}`));
    await shows(page, 2);
    await page.keyboard.press('ArrowLeft');
    await shows(page, 1);
    await page.waitForURL(/\?revision=1$/);
    await page.goto(`${here.shop.url}${history('?at=2001-01-01T00:00:00Z')}`);
    await page.getByText('the cart was not open yet').waitFor();
    await shows(page, 0);
  });

  story('shows the cart as it was known at an instant, and links to that', async () => {
    const { cartTimeline } = await shopper.ask(documents.CartHistoryDocument, {
      cartId: cart.cartId,
      first: 100,
    });
    const events = cartTimeline.edges.map(({ node }) => node);
    const last = events.length - 1;
    const { recordedAt } = events[2]!;
    // Others may have been recorded in the same millisecond.
    const known = events.filter((event) => event.recordedAt <= recordedAt).length;
    const { page } = await visit(history('?revision=2'));
    await shows(page, 2);
    await page.getByRole('button', { name: 'As it was known at …' }).click();
    await page.getByRole('button', { name: 'When the shown event was recorded' }).click();
    await page.getByText(`${events.length - known} later events do not count.`).waitFor();
    await page
      .getByTestId('position')
      .getByText(`/ ${known - 1}`)
      .waitFor();
    expect(await handle(page).getAttribute('aria-valuemax')).toBe(String(known - 1));
    await expectAccessible(page);
    await page.waitForURL(({ searchParams }) => searchParams.get('known') === recordedAt);
    await page.reload();
    await shows(page, 2);
    expect(await page.getByRole('option').count()).toBe(known);
    await page.getByRole('button', { name: 'Compare two moments' }).first().click();
    await handle(page, 'Compare from').press('Home');
    await page.getByText('From event 0 to event 2').waitFor();
    await page.getByTestId('to-now').click();
    await shows(page, last);
  });

  story('knows nothing of a cart before its first event was recorded', async () => {
    const { page } = await visit(history());
    await shows(page, await newest());
    await page.getByRole('button', { name: 'As it was known at …' }).press('Enter');
    const field = page.getByLabel('As it was known at', { exact: true });
    await field.press('Enter');
    await page.getByText('Enter a date and a time.').waitFor();
    await field.fill('2999-01-01T00:00');
    await field.press('Enter');
    await page.getByText('That instant has not come yet.').waitFor();
    await field.fill('2001-01-01T00:00');
    await field.press('Enter');
    await page.getByText('nothing of this cart had been recorded').waitFor();
    expect(await page.locator('input:focus').getAttribute('type')).toBe('datetime-local');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Everything that is known' }).click();
    await shows(page, await newest());
  });

  story('supposes another coupon', async () => {
    const { page } = await visit(history('?revision=2'));
    await shows(page, 2);
    await page.getByRole('tab', { name: 'What if' }).click();
    await page.getByLabel('Coupon').first().selectOption({ label: 'One more coupon' });
    await page.getByRole('textbox', { name: 'Percent' }).fill('50');
    await page.getByTestId('what-if').getByText('-£').waitFor();
    await page.getByRole('textbox', { name: 'Percent' }).fill('500');
    await page.getByText('a percentage is at most 100').waitFor();
  });

  story('shows support the cart for a reason, without who acted', async () => {
    const token = await here.shop.run('token', '--role', 'support', '--subject', 'sue');
    const { page, context } = await visit('/sign-in', { holds: null });
    const signIn = (accessReason?: string) =>
      context.addInitScript(
        (person) => {
          sessionStorage.setItem('cartograph:signed-in', JSON.stringify(person));
        },
        {
          subject: 'sue',
          role: 'support',
          token: token.trim(),
          accessReason,
          expiresAt: Date.now() + 600_000,
        },
      );
    await signIn('ticket 7');
    await page.goto(`${here.shop.url}${history()}`);
    await shows(page, await newest());
    await page.getByRole('tabpanel').getByText('Guest').waitFor();
  });

  story('answers alike for an unknown cart, a foreign one and no cart at all', async () => {
    const texts: (string | null)[] = [];
    for (const id of [cart.cartId, randomUUID(), 'nonsense']) {
      const { page } = await visit(`/carts/${id}/history`, { holds: null });
      await page.getByRole('heading', { name: 'This cart was not found' }).waitFor();
      texts.push(await page.locator('main').textContent());
    }
    expect(new Set(texts).size).toBe(1);
  });

  test.each([
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    'breaks no rule of accessibility and no frame, %i wide and %s',
    async (width, colorScheme) => {
      const { page } = await visit(history(), { width, colorScheme });
      await shows(page, await newest());
      await page.getByRole('button', { name: /How did this total come about/ }).click();
      await page.getByTestId('parts').waitFor();
      await expectAccessible(page);
      const overflow = 'document.documentElement.scrollWidth - window.innerWidth';
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
      await leave();
    },
    patience,
  );
});
