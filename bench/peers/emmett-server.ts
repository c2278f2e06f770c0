// Serves the carts of `emmett-carts.js`, which is loaded when it runs: its package is installed apart.
//   emmett-server.js CONNECTION-STRING
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveCarts } from '../noop/cart-stack.js';
import { cartOf, type KeptCarts } from '../noop/resolver.js';

interface Emmett {
  readonly openEmmettCarts: (
    connectionString: string,
    show: typeof cartOf,
  ) => Promise<KeptCarts & { close(): Promise<void> }>;
}

const [connectionString] = process.argv.slice(2);
if (connectionString === undefined) throw new Error('A connection string is missing');
const { href } = pathToFileURL(join(process.cwd(), 'bench/peers/emmett-carts.js'));
const { openEmmettCarts } = (await import(href)) as Emmett;
const carts = await openEmmettCarts(connectionString, cartOf);
await serveCarts('Emmett', carts, () => carts.close());
