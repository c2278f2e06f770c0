// A shop and a browser for the tests of one suite: both begin before its tests and end after them.
import { afterAll, beforeAll } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ServiceProcess } from '../flow/service.js';
import { startBrowser } from './browser.js';
import { type Visitor, type VisitorOptions, visitors } from './page.js';

interface Removable {
  remove(): Promise<void>;
}

export interface ShopInBrowser<Shop> {
  /** There from the first test on. */
  readonly shop: Shop;
  readonly browser: Browser;
  /** Each visitor leaves with the test that it came in. */
  readonly enter: (url: string, options?: VisitorOptions) => Promise<Visitor>;
}

const patience = 90_000;

/** Called in `describeInBrowser`, before other hooks: theirs find the shop open. */
export function shopInBrowser(): ShopInBrowser<ServiceProcess>;
export function shopInBrowser<Shop extends Removable>(
  start: () => Promise<Shop>,
): ShopInBrowser<Shop>;
export function shopInBrowser(
  start: () => Promise<Removable> = () => ServiceProcess.start(),
): ShopInBrowser<Removable> {
  let shop: Removable | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    [shop, browser] = await Promise.all([start(), startBrowser()]);
  }, patience);
  const enter = visitors(() => begun(browser));
  afterAll(async () => {
    await browser?.close();
    await shop?.remove();
  });
  return {
    ...{ enter },
    get shop() {
      return begun(shop);
    },
    get browser() {
      return begun(browser);
    },
  };
}

function begun<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('The suite has not begun');
  return part;
}
