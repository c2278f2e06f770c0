// The ceiling of the stack: carts that are not kept at all. The difference to the service is the
// service's own cost.
import { serveCarts } from './cart-stack.js';
import { cartOf } from './resolver.js';

// The workload's carts grow to this number of lines.
const lines = ['85123A', '71053', '84406B', '84029G', '22752'].map((sku) => ({ sku, quantity: 6 }));
const cart = cartOf('00000000-0000-4000-8000-000000000000', 1, lines);

await serveCarts('No-op', { addItem: () => cart, cart: () => cart });
