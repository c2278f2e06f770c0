// Keeps the folded state of commands honest while the store removes events of streams.
import { shopPrefixes } from '../commands/aggregates.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import { watchRemovals } from '../subscriptions/removal-watch.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';

export function followRemovals(
  { caches }: Pick<ShopCommands, 'caches'>,
  store: EventStore,
  log: Logger,
  parts: StartedParts,
): void {
  const stopping = new AbortController();
  const watching = watchRemovals({
    store,
    prefixes: shopPrefixes,
    listener: caches,
    onFault: (err) => log.warn({ err }, 'removals of events are followed again after a fault'),
    signal: stopping.signal,
  });
  parts.add('removals', async () => {
    stopping.abort();
    await watching;
  });
}
