// Decodes a stored event for the projections, with its category's codec.
import type { Codec } from '../domain/codec.js';
import { occurredAt, type StoredEvent } from '../event-store/stored-event.js';
import type { ProjectedEvent, ShopEvent } from './projection.js';

/** @throws UnknownEventError, MalformedEventError */
export function projectedBy(codec: Codec<ShopEvent>, stored: StoredEvent): ProjectedEvent {
  const { stream, id, type, revision, metadata, data } = stored;
  const event = codec.decode(type, metadata.schemaVersion, data);
  const subject = stream.slice(stream.indexOf('-') + 1);
  return { ...event, id, revision, occurredAt: occurredAt(stored), subject };
}
