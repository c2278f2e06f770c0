// Decodes a stored event for the projections, with its category's codec.
import { type Codec, keySchema, MalformedEventError } from '../domain/codec.js';
import { decoded, subjectIn } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { ProjectedEvent, ShopEvent } from './projection.js';

/** @throws UnknownEventError; MalformedEventError also where no row can be named as the stream */
export function projectedBy(codec: Codec<ShopEvent>, stored: StoredEvent): ProjectedEvent {
  const event = decoded(codec, stored);
  const subject = subjectIn(stored.stream);
  if (!keySchema.safeParse(subject).success) {
    const { schemaVersion } = stored.metadata;
    throw new MalformedEventError(stored.type, schemaVersion, 'its stream has an unusable name');
  }
  return { ...event, subject };
}
