// PersonErased → the person's key is destroyed, and what this instance keeps of the person is
// removed. It completes erasures that were interrupted, on each instance, and repeats them after a
// restore of older keys.
import { personAggregate } from '../commands/aggregates.js';
import { recorded } from '../event-store/recorded.js';
import type { Reaction } from './reaction.js';

/** @param forget destroys the key and what is kept of its person; repeating it changes nothing */
export function erasureReaction(forget: (keyId: string) => Promise<void>): Reaction {
  return {
    name: 'erasure',
    types: ['PersonErased'],
    prefix: 'person-',
    act: async (stored) => {
      const event = recorded(personAggregate.codec, stored);
      if (event === undefined) return;
      await forget(event.data.keyId);
    },
  };
}
