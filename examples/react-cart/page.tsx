// A cart on a page of your own, live in every tab. With the service on port 4000:
//   npx vite examples/react-cart
import { useQuery } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import { ProductsDocument } from '../../schema/generated/graphql.ts';
import { CartProvider, cartServices } from '../../web/cart-client/cart-context.ts';
import { CartShelf } from '../../web/cart-client/cart-shelf.ts';
import { createCartClient } from '../../web/cart-client/client.ts';
import { useCart } from '../../web/cart-client/use-cart.ts';

const shelf = new CartShelf(localStorage);
const credentials = () => ({ cartTokens: shelf.tokens() });
const client = createCartClient({ url: `${location.origin}/graphql`, credentials });
shelf.current.subscribe(client.reconnect);
addEventListener('storage', shelf.readAgain);

function Shop() {
  const { cart, isPending, commands } = useCart();
  const { data } = useQuery(ProductsDocument, { variables: { first: 5 } });
  const products = data?.products.edges.map(({ node }) => (
    <button key={node.id} onClick={() => void commands.add(node, 1)}>
      {node.name}, {node.price.decimal} {node.price.currency}
    </button>
  ));
  const total = cart && `${cart.totals.itemCount} items, ${cart.totals.total.decimal}`;
  return [products, <output key="total">{isPending ? '…' : (total ?? 'Empty')}</output>];
}

const services = cartServices(client, shelf);
createRoot(document.body).render(<CartProvider services={services} children={<Shop />} />);
