// Prints every change of a cart as it happens, each once, also over lost connections:
//   node examples/watch-cart.js CART_ID CART_TOKEN [ws://127.0.0.1:4000/graphql]
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const [cartId, cartToken, url = 'ws://127.0.0.1:4000/graphql'] = process.argv.slice(2);
const query = `subscription ($cartId: ID!, $afterRevision: Int) {
  cartChanged(cartId: $cartId, afterRevision: $afterRevision) {
    revision
    event { summary }
    cart { status totals { itemCount total { decimal currency } } }
  }
}`;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { cartToken },
  retryAttempts: Infinity,
  shouldRetry: () => true,
});

// The client sends the same variables when it connects again, so it goes on after the last change.
const variables = { cartId };
for await (const { data, errors } of client.iterate({ query, variables })) {
  if (errors) throw new Error(errors[0].message);
  const { revision, event, cart } = data.cartChanged;
  const { itemCount, total } = cart.totals;
  variables.afterRevision = revision;
  console.log(revision, event?.summary ?? 'Now', `${itemCount} items, ${total.decimal}`);
  if (['CHECKED_OUT', 'MERGED'].includes(cart.status)) break;
}
await client.dispose();
