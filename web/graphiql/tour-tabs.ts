// The tour as tabs: open a cart, fill it, watch it live, ask how it stood.

import type { GraphiQLProps } from 'graphiql';
import type { OpenedCart } from './opened-cart.ts';

type TabDefinition = NonNullable<GraphiQLProps['defaultTabs']>[number];

const NO_CART = 'run OpenCart first';
const NO_TOKEN = '{\n  "x-cart-token": ""\n}';

const cartFields = `      id
      revision
      lines { sku name quantity unitPrice { decimal } total { decimal } }
      coupons { code eligible reason discount { decimal } }
      totals { itemCount subtotal { decimal } discount { decimal } total { decimal currency } }`;

const tab = (query: string, variables?: Record<string, unknown>): TabDefinition => ({
  query,
  headers: NO_TOKEN,
  ...(variables && { variables: JSON.stringify(variables, null, 2) }),
});

export const tourTabs: TabDefinition[] = [
  tab(`# 1. Open a cart. Its id and its secret token fill the other tabs by themselves.
mutation OpenCart {
  openCart(input: { currency: "GBP" }) {
    cartToken
    cart { id status revision currency }
    rejection { code message }
  }
}
`),
  tab(
    `# 3. Put something in. Run it twice, and watch the tab CartChanged.
mutation AddItem($cartId: ID!, $sku: ID!, $quantity: Int!) {
  addItem(input: { cartId: $cartId, sku: $sku, quantity: $quantity }) {
    cart {
${cartFields}
    }
    rejection { code message }
  }
}
`,
    { cartId: NO_CART, sku: '85123A', quantity: 6 },
  ),
  tab(
    `# 2. Every change of the cart, live over a websocket. Leave it running, or open it in a second window.
subscription CartChanged($cartId: ID!) {
  cartChanged(cartId: $cartId) {
    revision
    event { type summary occurredAt }
    cart { totals { itemCount total { decimal currency } } }
  }
}
`,
    { cartId: NO_CART },
  ),
  tab(
    `# 4. The cart as it stood at an instant: put in a time a minute ago.
query CartAt($cartId: ID!, $timestamp: DateTime!) {
  cartAt(cartId: $cartId, timestamp: $timestamp) {
${cartFields.replace(/^ {2}/gm, '')}
  }
}
`,
    { cartId: NO_CART, timestamp: new Date().toISOString() },
  ),
  tab(
    `# 5. What happened, event by event, and why the total is what it is.
query CartHistory($cartId: ID!) {
  cartTimeline(cartId: $cartId, last: 20) {
    totalCount
    edges { node { revision type summary occurredAt recordedAt } }
  }
  cart(cartId: $cartId) {
    totals { total { decimal } because { label amount { decimal } eventId revision } }
  }
}
`,
    { cartId: NO_CART },
  ),
  tab(
    `# Find something to buy: codes are sku, coupons are WELCOME10 and FIVER.
query Products($search: String) {
  products(search: $search, first: 10) {
    totalCount
    edges { node { sku name price { decimal currency } } }
  }
}
`,
    { search: 'lantern' },
  ),
];

/** A tab's variables and headers with the cart put in; what does not name a cart stays as it is. */
export function withCart(tab: TabDefinition, cart: OpenedCart): Partial<TabDefinition> {
  return {
    headers: JSON.stringify({ ...parsed(tab.headers), 'x-cart-token': cart.token }, null, 2),
    ...(tab.variables?.includes('"cartId"') && {
      variables: JSON.stringify({ ...parsed(tab.variables), cartId: cart.id }, null, 2),
    }),
  };
}

function parsed(json: string | null | undefined): Record<string, unknown> {
  try {
    return JSON.parse(json ?? '{}') as Record<string, unknown>;
  } catch {
    // Somebody is typing in that editor: what is there is not JSON yet and is replaced.
    return {};
  }
}
