// CartClaimed → merge. A claim carries out its merge itself; this process manager does it if the
// service died in between. Both use the same ids, so the second one changes nothing.
import { cartAggregate } from '../commands/aggregates.js';
import type { CartMerges, PendingMerge } from '../commands/cart-merges.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import { recorded } from '../event-store/recorded.js';
import type { Reaction } from './reaction.js';

const PREFIX = 'cart-';

/** The merge that a claim names; none when the guest's cart goes on as the customer's. */
export function mergesAfter(cartId: string, event: Recorded<CartEvent>): readonly PendingMerge[] {
  if (event.type !== 'CartClaimed' || event.data.intoCartId === null) return [];
  const { intoCartId, strategy, customerId } = event.data;
  const { revision: fromRevision } = event;
  return [{ fromCartId: cartId, fromRevision, intoCartId, strategy, customerId }];
}

export function cartMergingReaction(merges: Pick<CartMerges, 'carryOut'>): Reaction {
  return {
    name: 'cart-merging',
    types: ['CartClaimed'],
    prefix: PREFIX,
    act: async (stored) => {
      const event = recorded(cartAggregate.codec, stored);
      if (event === undefined) return;
      for (const merge of mergesAfter(stored.stream.slice(PREFIX.length), event)) {
        await merges.carryOut(merge);
      }
    },
  };
}
