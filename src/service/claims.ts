// Follows the claims of carts, on every instance: what this instance remembers of a claimed cart is
// no longer true, and the guest's secret must not open it here.
import type { Ownership } from '../commands/ownership.js';
import type { EventStore } from '../event-store/event-store.js';
import { chainedPrefixes } from '../projections/shop-events.js';
import { runSubscription } from '../subscriptions/subscription.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import type { ShopLog } from './reaction-reports.js';
import type { StartedParts } from './started-parts.js';

const PREFIX = 'cart-';
const PAUSE_MS = { least: 250, most: 2_000 };

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
  const onFault = (err: unknown) => log.warn({ err }, 'claims are followed again after a fault');
  const follow = async () => {
    const after = await store.headPosition();
    // Claims may have been missed.
    ownership.forgetAll();
    await runSubscription({
      ...{
        store,
        prefixes: [PREFIX],
        types: ['CartClaimed'],
        after,
        lasting: chainedPrefixes,
        signal,
        onFault,
        time,
      },
      handle: (batch) => {
        for (const { stream } of batch) {
          if (stream.startsWith(PREFIX)) ownership.forget(stream.slice(PREFIX.length));
        }
        return Promise.resolve();
      },
    });
  };
  const following = retryingUntilAborted(follow, {
    ...{ pauseMs: PAUSE_MS, signal, time, onFailure: onFault },
    retryIf: () => true,
  });
  parts.add('claims', async () => {
    stopping.abort();
    await following;
  });
}
