// Sorts a batch of events by their stream, each in the order of the log.
import type { StoredEvent } from '../event-store/stored-event.js';

export function byStream(batch: readonly StoredEvent[]): Iterable<readonly StoredEvent[]> {
  const streams = new Map<string, StoredEvent[]>();
  for (const stored of batch) {
    const events = streams.get(stored.stream);
    if (events === undefined) streams.set(stored.stream, [stored]);
    else events.push(stored);
  }
  return streams.values();
}
