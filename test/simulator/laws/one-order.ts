// One cart becomes one order, however often and wherever it is checked out.
import type { Law } from './law.js';

export const oneOrder: Law = {
  name: 'one order',
  promise: 'One cart becomes one order, and is checked out once.',
  watch({ foreign }, report) {
    const orders = new Map<string, string>();
    const checkedOut = new Set<string>();
    return {
      stored({ id, type, stream, data }) {
        if (foreign.has(id)) return;
        if (type === 'CartCheckedOut') {
          if (checkedOut.has(stream)) report(`${stream} is checked out twice`);
          checkedOut.add(stream);
        }
        if (type !== 'OrderPlaced') return;
        const { cartId } = data as { readonly cartId: string };
        const earlier = orders.get(cartId);
        if (earlier !== undefined) report(`cart-${cartId} became ${earlier}, and ${stream}`);
        orders.set(cartId, stream);
      },
    };
  },
};
