// From decided events to what is handed to the store: encoded, chained, and with ids that can be
// in the log already only if exactly these events are.
import { randomUUID } from 'node:crypto';
import type { Codec } from '../domain/codec.js';
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { EventMetadata, NewEvent } from '../event-store/stored-event.js';
import { contentId } from './command-id.js';

type ProposedMetadata = Omit<EventMetadata, 'schemaVersion'>;

/**
 * Events of one attempt at a command. EventStoreDB compares nothing but ids when it answers that an
 * append was made before, so ids that two writers both come to would make each of them believe that
 * its own version is stored. These ids belong to this attempt: only its own retry is a repetition.
 * @param after the end of the stream that they continue
 * @throws MalformedEventError for an event that could not be read again
 */
export function proposedEvents<Event>(
  codec: Codec<Event>,
  stream: string,
  events: readonly Event[],
  metadata: ProposedMetadata,
  after: ChainEnd,
): readonly NewEvent[] {
  const proposed = encoded(codec, events, metadata).map((event) => ({
    id: randomUUID(),
    ...event,
  }));
  return chained(stream, after, proposed);
}

/**
 * All events of a new stream, the same at every run, as an import needs them. Each id follows from
 * everything that is stored of its event, so the same ids always stand for the same events.
 * @throws MalformedEventError for an event that could not be read again
 */
export function repeatableEvents<Event>(
  codec: Codec<Event>,
  stream: string,
  events: readonly Event[],
  metadata: ProposedMetadata,
): readonly NewEvent[] {
  const proposed = encoded(codec, events, metadata).map((event, revision) => ({
    id: contentId(stream, revision, event),
    ...event,
  }));
  return chained(stream, NO_CHAIN, proposed);
}

function encoded<Event>(
  codec: Codec<Event>,
  events: readonly Event[],
  metadata: ProposedMetadata,
): readonly Omit<NewEvent, 'id'>[] {
  return events.map((event) => {
    const { type, schemaVersion, data } = codec.encode(event);
    return { type, data, metadata: { schemaVersion, ...metadata } };
  });
}
