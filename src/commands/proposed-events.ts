// Prepares decided events for the store: encodes them, chains them and gives them ids. An id is in
// the log only if exactly this event is.
import type { Codec } from '../domain/codec.js';
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { EventMetadata, NewEvent } from '../event-store/stored-event.js';
import { systemTime, type Time } from '../waiting/time.js';
import { contentId } from './command-id.js';

type ProposedMetadata = Omit<EventMetadata, 'schemaVersion'>;

/**
 * The events of one attempt at a command. EventStoreDB recognises a repeated append by its event
 * ids alone. If two writers derived the same ids, each would believe that its version was stored.
 * So these ids belong to one attempt, and only its own retry repeats them.
 *
 * @param after the end of the stream before these events
 * @throws MalformedEventError for an event that could not be read back
 */
export function proposedEvents<Event>(
  codec: Codec<Event>,
  stream: string,
  events: readonly Event[],
  metadata: ProposedMetadata,
  after: ChainEnd,
  { newId }: Pick<Time, 'newId'> = systemTime,
): readonly NewEvent[] {
  const proposed = encoded(codec, events, metadata).map((event) => ({
    id: newId(),
    ...event,
  }));
  return chained(stream, after, proposed);
}

/**
 * All events of a new stream, identical in every run, for imports. Each id is derived from
 * everything that the event stores, so equal ids mean equal events.
 *
 * @throws MalformedEventError for an event that could not be read back
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

/**
 * The same events with their place in a trace. It is part of what their links hash.
 *
 * @param after the end of the stream before these events
 */
export function tracedEvents(
  stream: string,
  events: readonly NewEvent[],
  after: ChainEnd,
  traceparent: string,
): readonly NewEvent[] {
  const traced = events.map(({ metadata: { chain: _untraced, ...metadata }, ...event }) => ({
    ...event,
    metadata: { ...metadata, traceparent },
  }));
  return chained(stream, after, traced);
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
