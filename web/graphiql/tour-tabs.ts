// The tour as tabs: open a cart, fill it, watch it live, query its past, order it; then what staff ask.

import type { GraphiQLProps } from 'graphiql';
import type { OpenedCart } from './opened-cart.ts';

type TabDefinition = NonNullable<GraphiQLProps['defaultTabs']>[number];

const NO_CART = 'run OpenCart first';
const NO_TOKEN = '{\n  "x-cart-token": ""\n}';

const cartFields = `
    revision
    lines {
      name
      quantity
      unitPrice { decimal }
      total { decimal }
    }
    coupons { code eligible discount { decimal } }
    totals {
      itemCount
      discount { decimal }
      total { decimal currency }
    }`;

const tab = (query: string, variables?: Record<string, unknown>): TabDefinition => ({
  query,
  headers: NO_TOKEN,
  ...(variables && { variables: JSON.stringify(variables, null, 2) }),
});

export const tourTabs: TabDefinition[] = [
  tab(`# 1. Open a cart. Its id and its secret token
#    then fill the other tabs by themselves.
mutation OpenCart {
  openCart(input: { currency: "GBP" }) {
    cartToken
    cart { id status revision currency openedAt }
    rejection { code message }
  }
}
`),
  tab(
    `# 2. Every change of the cart, live over a websocket.
#    Run it in a second window and leave it there.
subscription CartChanged($cartId: ID!) {
  cartChanged(cartId: $cartId) {
    revision
    event { type summary occurredAt }
    cart {
      totals { itemCount total { decimal currency } }
    }
  }
}
`,
    { cartId: NO_CART },
  ),
  tab(
    `# 3. Put something in. Run it more than once.
mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) {
    cart {${cartFields.replaceAll('\n', '\n  ')}
    }
    rejection { code message }
  }
}
`,
    { input: { cartId: NO_CART, sku: '85123A', quantity: 6 } },
  ),
  tab(
    `# 4. The cart as it stood when it was opened. Put in
#    an instant between two of your changes (see 5).
query CartAt($cartId: ID!, $timestamp: DateTime!) {
  cartAt(cartId: $cartId, timestamp: $timestamp) {${cartFields}
  }
}
`,
    { cartId: NO_CART, timestamp: new Date().toISOString() },
  ),
  tab(
    `# 5. What happened, event by event,
#    and why the total is what it is.
query CartHistory($cartId: ID!) {
  cartTimeline(cartId: $cartId, last: 20) {
    totalCount
    edges { node { revision type summary occurredAt } }
  }
  cart(cartId: $cartId) {
    totals {
      total { decimal }
      because { label amount { decimal } revision }
    }
  }
}
`,
    { cartId: NO_CART },
  ),
  tab(
    `# 6. Order it. expectedTotal is what you saw, in pence;
#    any other total now is refused, and nothing is ordered.
#    paymentToken: tok_ok, tok_declined, tok_timeout.
mutation Checkout($input: CheckoutInput!) {
  checkout(input: $input) {
    order { id status total { decimal currency } }
    rejection {
      code
      message
      ... on TotalChanged { currentTotal }
    }
  }
}
`,
    {
      input: {
        cartId: NO_CART,
        expectedTotal: 1770,
        email: 'ada@example.com',
        paymentToken: 'tok_ok',
      },
    },
  ),
  tab(
    `# 7. The order of the cart, and what became of it.
query CartOrder($cartId: ID!) {
  cart(cartId: $cartId) {
    status
    order {
      id
      status
      paymentStatus
      cancelReason
      lines { name quantity total { decimal } }
      total { decimal currency }
    }
  }
}
`,
    { cartId: NO_CART },
  ),
  tab(
    `# Find something to buy.
# Coupons to try: WELCOME10 and FIVER.
query Products($search: String) {
  products(search: $search, first: 10) {
    totalCount
    edges { node { sku name price { decimal currency } } }
  }
}
`,
    { search: 'lantern' },
  ),
  {
    query: `# For staff: the read models, and what replays built beside
# them. Put the token of this command into the headers:
#   npx cartograph token --role admin --subject you
query Projections {
  projections {
    name
    state
    lagEvents
    lagMs
    error
    others { generation status version }
  }
}
`,
    headers: JSON.stringify({ authorization: 'Bearer TOKEN' }, null, 2),
  },
];

/** Whether the tab still needs a cart. */
export function isEmpty({ headers, variables }: TabDefinition): boolean {
  return headers === NO_TOKEN || (variables?.includes(NO_CART) ?? false);
}

/**
 * A tab's variables and headers with the cart's id and token; everything that names no cart stays.
 */
export function withCart(tab: TabDefinition, cart: OpenedCart): Partial<TabDefinition> {
  return {
    headers: JSON.stringify({ ...parsed(tab.headers), 'x-cart-token': cart.token }, null, 2),
    ...(tab.variables?.includes('"cartId"') && {
      variables: JSON.stringify(about(cart, parsed(tab.variables)), null, 2),
    }),
  };
}

/** The variables with every `cartId` set, at the top or within an input, and the instant. */
function about(cart: OpenedCart, variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (name === 'cartId') return [name, cart.id];
      // Before it was opened the cart did not exist.
      if (name === 'timestamp') return [name, cart.openedAt ?? value];
      const isInput = typeof value === 'object' && value !== null && 'cartId' in value;
      return [name, isInput ? { ...value, cartId: cart.id } : value];
    }),
  );
}

function parsed(json: string | null | undefined): Record<string, unknown> {
  try {
    return JSON.parse(json ?? '{}') as Record<string, unknown>;
  } catch {
    // The editor's text is not JSON while someone types; it is replaced.
    return {};
  }
}
