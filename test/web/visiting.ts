// Who visits the places of a lived-in shop, each with a browser of their own that remembers them.
import type { Browser, BrowserContext } from 'playwright-core';
import type { LivedInShop } from './lived-in-shop.js';
import { visitor, type VisitorOptions } from './page.js';
import type { Visiting } from './places.js';

/** As the pages write it: a sign-in is for a tab, the carts of a guest are for a browser. */
interface Kept {
  readonly inTab?: Readonly<Record<string, string>>;
  readonly inBrowser?: Readonly<Record<string, string>>;
}

export async function enterAs(
  who: Visiting,
  { browser, shop, ...options }: VisitorOptions & { browser: Browser; shop: LivedInShop },
): Promise<BrowserContext> {
  const kept = await keptBy(who, shop);
  const { context, page } = await visitor(browser, 'about:blank', options);
  await page.close();
  await context.addInitScript({ content: remembering(kept) });
  return context;
}

/** The empty page of a new tab has no storage. */
const remembering = ({ inTab = {}, inBrowser = {} }: Kept) => `if (location.protocol !== 'about:') {
  Object.assign(sessionStorage, ${JSON.stringify(inTab)});
  Object.assign(localStorage, ${JSON.stringify(inBrowser)});
}`;

async function keptBy(who: Visiting, shop: LivedInShop): Promise<Kept> {
  if (who === 'nobody') return {};
  if (who === 'guest') return { inBrowser: cartsOf(shop) };
  const person = { subject: who, role: who };
  const response = await fetch(`${shop.service.url}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  const minted = (await response.json()) as { readonly token: string; readonly expiresAt: number };
  const signedIn = { ...person, ...minted, accessReason: 'Ticket 4711' };
  // Staff try the shop out as well: they hold a cart like any guest.
  const inBrowser = who === 'customer' ? {} : cartsOf(shop);
  return { inTab: { 'cartograph:signed-in': JSON.stringify(signedIn) }, inBrowser };
}

function cartsOf({ cart, orders }: LivedInShop): NonNullable<Kept['inBrowser']> {
  const [held, ...others] = [cart, ...Object.values(orders)].map(({ cartId, cartToken }) => ({
    ...{ id: cartId, token: cartToken },
  }));
  return {
    'cartograph:cart': JSON.stringify(held),
    'cartograph:carts': JSON.stringify([held, ...others]),
  };
}
