// The page of an impact report in a real browser: on a phone, each cart's id, both totals and the
// difference are in view.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { CartImpact } from '../../src/replay/report/impact.js';
import { htmlOf } from '../../src/replay/report/html.js';
import { impactReport } from '../../src/replay/report/impact-report.js';
import { describeInBrowser, startBrowser } from './browser.js';
import { expectAccessible } from './page.js';

const shopUrl = 'http://shop.example';
const cartId = '7b1c9b1e-0c5f-4c8e-9d0e-3f7f0f6a2b11';
const change = { before: 1_234_567_89, after: 1_111_111_10, difference: -123_456_79 };
const cart: CartImpact = {
  ...{ cartId, currency: 'GBP', customerId: 'ann <b>', order: null, day: '2026-11-23', ...change },
  lines: [{ sku: 'YACHT', name: 'Yacht <script>', ...change }],
  coupons: [],
  because: {
    before: [{ label: 'Yacht', amount: change.before, eventId: 'e1', revision: 1 }],
    after: [{ label: 'Yacht', amount: change.after, eventId: 'e1', revision: 1 }],
  },
};
const report = impactReport(
  {
    createdAt: Date.UTC(2026, 10, 23),
    checkpoint: 4_711n,
    before: { generation: 1, version: 1 },
    after: { generation: 2, version: 2 },
    compared: { carts: 4, orders: 0 },
  },
  [cart],
);

describeInBrowser('the page of an impact report', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  test.each([390, 1440])('shows each cart with its numbers at a width of %d', async (width) => {
    const page = await browser.newPage({ viewport: { width, height: 844 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.setContent(htmlOf(report, shopUrl));
    const row = page.locator('.carts tbody tr');
    const link = row.getByRole('link');
    expect(await link.getAttribute('href')).toBe(`${shopUrl}/carts/${cartId}/history`);
    for (const cell of [link, ...(await row.locator('.number').all())]) {
      const box = await cell.boundingBox();
      expect(box!.x + box!.width).toBeLessThanOrEqual(width);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
