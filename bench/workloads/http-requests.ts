// The requests of the HTTP workloads.
import type { OpenCart } from '../cartograph-process.js';
import type { GraphQLRequest } from '../http-load.js';

const fields = `id revision lines { sku quantity total { minorUnits currency } }
  totals { itemCount total { minorUnits currency } }`;
const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { ${fields} } rejection { code } }
}`;
const cartQuery = `query Cart($cartId: ID!) { cart(cartId: $cartId) { ${fields} } }`;

const SKUS = ['85123A', '71053', '84406B', '84029G', '22752'];

/** More carts than connections, so that callers share a cart as rarely as real shoppers. */
export const CARTS = 512;

export type Operation = 'addItem' | 'cart';

export const requestFor: Readonly<
  Record<Operation, (cart: OpenCart, turn: number) => GraphQLRequest>
> = {
  addItem: (cart, turn) => ({
    headers: { 'x-cart-token': cart.token },
    body: JSON.stringify({
      query: addItem,
      variables: {
        input: { cartId: cart.id, sku: SKUS[turn % SKUS.length], quantity: 1 },
      },
    }),
  }),
  cart: (cart) => ({
    headers: { 'x-cart-token': cart.token },
    body: JSON.stringify({ query: cartQuery, variables: { cartId: cart.id } }),
  }),
};
