// The hour that a clock shows twice: what happened in it is told apart, and either can be asked for.
import { beforeAll, expect, test } from '@jest/globals';
import { type OpenedCart, Shopper } from '../flow/shopper.js';
import { describeInBrowser } from './browser.js';
import { holding } from './page.js';
import { shopInBrowser } from './shop-in-browser.js';

describeInBrowser('the time machine, when the clock is set back', () => {
  const here = shopInBrowser();
  let cart: OpenedCart;
  beforeAll(async () => {
    cart = await new Shopper(here.shop).open();
  });

  const known = (page: { url(): string }) => new URL(page.url()).searchParams.get('known');

  test.each([
    ['Europe/London', '2025-10-26T01:30', ['2025-10-26T00:30:00.000Z', '2025-10-26T01:30:00.000Z']],
    // By half an hour, from 2 o'clock.
    [
      'Australia/Lord_Howe',
      '2025-04-06T01:45',
      ['2025-04-05T14:45:00.000Z', '2025-04-05T15:15:00.000Z'],
    ],
    [
      'America/St_Johns',
      '2025-11-02T01:30',
      ['2025-11-02T04:00:00.000Z', '2025-11-02T05:00:00.000Z'],
    ],
    // The hour that is left out, a common one, and a zone that never turns its clock.
    ['Europe/London', '2025-03-30T01:30', ['2025-03-30T01:30:00.000Z']],
    ['Europe/London', '2025-10-26T02:00', ['2025-10-26T02:00:00.000Z']],
    ['Asia/Kathmandu', '2025-10-26T01:30', ['2025-10-25T19:45:00.000Z']],
  ])(
    'in %s, %s names each instant of that time',
    async (timeZone, local, instants) => {
      const { page } = await here.enter('about:blank', {
        ...{ timeZone, first: holding(cart) },
      });
      await page.goto(`${here.shop.url}/carts/${cart.cartId}/history`);
      await page.getByRole('button', { name: 'As it was known at …' }).click();
      const field = page.getByLabel('As it was known at', { exact: true });
      await field.fill(local);
      const choices = page.getByRole('radio');
      await expect(choices.count()).resolves.toBe(instants.length > 1 ? instants.length : 0);
      for (const [index, instant] of instants.entries()) {
        if (instants.length > 1) await choices.nth(index).check();
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        await page.waitForURL(() => known(page) === instant);
        const told = await page.getByText(/^You see what was recorded by/).textContent();
        expect(told).toMatch(instants.length > 1 ? /GMT([+-]\S+)?\./ : /\d\./);
        // A link to it is shown and asked for as the same instant.
        await page.reload();
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        expect(known(page)).toBe(instant);
      }
    },
    60_000,
  );
});
