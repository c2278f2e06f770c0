// Follows the claims of carts, on every instance: what this instance remembers of a claimed cart is
// no longer true, and the guest's secret must not open it here.
import type { Ownership } from '../commands/ownership.js';
import type { EventStore } from '../event-store/event-store.js';
import { chainedPrefixes } from '../projections/shop-events.js';
import { followFromTheEnd } from '../subscriptions/from-the-end.js';
import type { Time } from '../waiting/time.js';
import type { ShopLog } from './reaction-reports.js';
import type { StartedParts } from './started-parts.js';

const PREFIX = 'cart-';

export interface FollowedClaims {
  readonly store: EventStore;
  readonly ownership: Pick<Ownership, 'forget' | 'forgetAll'>;
  readonly log: ShopLog;
  readonly time: Time;
}

export function followClaims(
  { store, ownership, log, time }: FollowedClaims,
  parts: StartedParts,
): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const following = followFromTheEnd({
    ...{ store, prefixes: [PREFIX], types: ['CartClaimed'], lasting: chainedPrefixes },
    ...{ signal, time },
    onFault: (err) => log.warn({ err }, 'claims are followed again after a fault'),
    // Claims may have been missed.
    onBegin: () => ownership.forgetAll(),
    handle: (batch) => {
      for (const { stream } of batch) {
        if (stream.startsWith(PREFIX)) ownership.forget(stream.slice(PREFIX.length));
      }
      return Promise.resolve();
    },
  });
  parts.add('claims', async () => {
    stopping.abort();
    await following;
  });
}
