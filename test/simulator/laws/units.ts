// The units of a cart's lines by price, and what two lines of one product come to when their carts
// become one, as docs/carts.md has it.
import type { ClaimStrategy } from '../../../src/domain/cart/lifecycle-events.js';
import type { CartState } from '../../../src/domain/cart/state.js';

/** How many units there are at each price. */
export type Units = ReadonlyMap<number, number>;

export function unitsIn(cart: CartState): ReadonlyMap<string, Units> {
  if (cart.status === 'ABSENT') return new Map();
  return new Map(
    cart.lines.map(({ sku, portions }) => [
      sku,
      summed(portions.map(({ unitPrice, quantity }) => [unitPrice, quantity])),
    ]),
  );
}

export function countOf(units: Units = new Map()): number {
  return [...units.values()].reduce((sum, count) => sum + count, 0);
}

export function joined(
  strategy: ClaimStrategy,
  guests: Units | undefined,
  customers: Units | undefined,
): Units | undefined {
  if (guests === undefined || customers === undefined) return guests ?? customers;
  switch (strategy) {
    case 'SUM':
      return summed([...customers, ...guests]);
    case 'MAX':
      return countOf(guests) > countOf(customers) ? guests : customers;
    case 'GUEST':
      return guests;
    case 'CUSTOMER':
      return customers;
  }
}

function summed(parts: readonly (readonly [price: number, count: number])[]): Units {
  const sums = new Map<number, number>();
  for (const [price, count] of parts) sums.set(price, (sums.get(price) ?? 0) + count);
  return sums;
}
