// From decided events to what is handed to the store: encoded, with ids that a retry comes to again.
import type { Codec } from '../domain/codec.js';
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { EventMetadata, NewEvent } from '../event-store/stored-event.js';
import { randomUUID } from 'node:crypto';
import { eventId } from './command-id.js';

/**
 * @param after the end of the stream that they continue
 * @throws MalformedEventError for an event that could not be read again
 */
export function proposedEvents<Event>(
  codec: Codec<Event>,
  stream: string,
  commandId: string | undefined,
  events: readonly Event[],
  metadata: Omit<EventMetadata, 'schemaVersion'>,
  after: ChainEnd = NO_CHAIN,
): readonly NewEvent[] {
  const proposed = events.map((event, index) => {
    const { type, schemaVersion, data } = codec.encode(event);
    // Without a key no retry can come to the same ids, and none need be derived.
    const id = commandId === undefined ? randomUUID() : eventId(stream, commandId, index);
    return { id, type, data, metadata: { schemaVersion, ...metadata } };
  });
  return chained(stream, after, proposed);
}
