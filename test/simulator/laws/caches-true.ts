// What an instance keeps in memory, or in a snapshot, is the fold of the log at its revision. It may
// be behind the log; it is never beside or beyond it.
import { isAlike } from '../seen-cart.js';
import type { CachedState, Law, World } from './law.js';

export const cachesTrue: Law = {
  name: 'caches are true',
  promise: 'Caches and snapshots equal the fold of the log at their revision.',
  watch(world, report) {
    return {
      cached(cached) {
        const expected = expectedOf(world, cached);
        if (expected === 'other stream') return;
        const { instance, stream, revision, state } = cached;
        const where = `${instance} keeps ${stream}@${revision}`;
        if (expected === undefined) report(`${where}, which the log does not hold`);
        else if (!isAlike(state, expected)) report(`${where} otherwise than the log has it`);
      },
    };
  },
};

function expectedOf({ log }: World, { stream, revision }: CachedState): unknown {
  const id = stream.slice(stream.indexOf('-') + 1);
  if (stream.startsWith('cart-')) return log.cartAfter(id, revision + 1);
  if (stream.startsWith('order-')) return log.orderAt(id, revision);
  return 'other stream';
}
