// Runs order placement as a reaction: every checkout in the log gets its order, even if the service
// died before placing it.
import { join } from 'node:path';
import { cartAggregate } from '../commands/aggregates.js';
import { recorded } from '../event-store/recorded.js';
import { PositionFile } from '../subscriptions/position-file.js';
import { react, type OrderPlacement } from './order-placement.js';
import type { Reaction } from './reaction.js';

const PREFIX = 'cart-';

export function orderPlacementReaction(placement: Pick<OrderPlacement, 'carryOut'>): Reaction {
  return {
    name: 'order-placement',
    types: ['CartCheckedOut'],
    prefix: PREFIX,
    act: async (stored, signal) => {
      const event = recorded(cartAggregate.codec, stored);
      if (event === undefined) return;
      for (const command of react(stored.stream.slice(PREFIX.length), event)) {
        await placement.carryOut(command, signal);
      }
    },
  };
}

/** The checkpoint of a reaction. */
export function positionFileOf(dataDir: string, { name }: Reaction): PositionFile {
  return new PositionFile(join(dataDir, `${name}.position`));
}
