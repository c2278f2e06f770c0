// A page of the built service in a real browser, with what it told on its console, and the rules of
// accessibility.
import { afterEach, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { OpenedCart } from '../flow/shopper.js';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Every rule runs. What breaks none is not described, and no style sheet is loaded again. */
const axeOptions = { resultTypes: ['violations'], preload: false };

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors and warnings of the console, and what no code caught. */
  readonly complaints: string[];
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  /** Default: that of the machine. */
  readonly timeZone?: string;
  /** Runs before the page does. */
  readonly first?: string;
}

/** Somebody with a browser of their own: nothing is remembered from others. */
export async function visitor(
  browser: Browser,
  url: string,
  {
    width = 1440,
    height = 900,
    colorScheme = 'light',
    locale = 'en-GB',
    timeZone,
    first = '',
  }: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale,
    ...(timeZone !== undefined && { timezoneId: timeZone }),
    // Pictures of a page that moves would differ.
    reducedMotion: 'reduce',
  });
  await context.addInitScript({ content: first });
  return { context, ...(await tab(context, url)) };
}

/** For `first`: this browser has held the cart since an earlier visit. */
export function holding({ cartId: id, cartToken: token }: OpenedCart): string {
  const held = JSON.stringify({ id, token });
  const kept = { 'cartograph:cart': held, 'cartograph:carts': `[${held}]` };
  return `if (location.protocol !== 'about:') Object.assign(localStorage, ${JSON.stringify(kept)})`;
}

/** As `visitor`, for the tests of a suite: each leaves with the test that it came in. */
export function visitors(browser: () => Browser) {
  const here: Visitor[] = [];
  afterEach(async () => {
    await Promise.all(here.splice(0).map(({ context }) => context.close()));
  });
  return async (url: string, options?: VisitorOptions): Promise<Visitor> => {
    const one = await visitor(browser(), url, options);
    here.push(one);
    return one;
  };
}

/** Another tab of the same browser. */
export async function tab(
  context: BrowserContext,
  url: string,
): Promise<Pick<Visitor, 'page' | 'complaints'>> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly string[] }[];
  }[];
}

/**
 * No rule of axe-core that matters is broken, in the page as it stands.
 * @param exclude selectors of what a library draws, and we cannot change
 */
export async function expectAccessible(page: Page, exclude: readonly string[] = []): Promise<void> {
  // Evaluated by the debugger, which no Content-Security-Policy of the page forbids.
  if (await page.evaluate("typeof axe === 'undefined'")) {
    await page.evaluate(readFileSync(axePath, 'utf8'));
  }
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(${JSON.stringify({ exclude })}, ${JSON.stringify(axeOptions)})`,
  );
  const serious = violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(serious).toEqual([]);
}
