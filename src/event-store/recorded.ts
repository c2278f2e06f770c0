// From a stored event to one that the domain folds. With the codec and `evolve` it is all of a fold,
// and the fold's hash is made over it: it imports nothing that a fold does not need.
import type { Codec } from '../domain/codec.js';
import type { Recorded } from '../domain/decider.js';
import { occurredAt, type StoredEvent } from './stored-event.js';

/** An event that this code does not understand: nothing can be decided on what it may have changed. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  constructor(
    readonly stream: string,
    readonly revision: number,
    override readonly cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${stream}@${revision} is not understood: ${reason}`);
  }
}

/** A stored event as the domain knows it. @throws UnreadableEventError */
export function recorded<Event>(
  codec: Pick<Codec<Event>, 'decode'>,
  stored: StoredEvent,
): Recorded<Event> {
  const { id, revision } = stored;
  return { ...decoded(codec, stored), id, revision, occurredAt: occurredAt(stored) };
}

function decoded<Event>(
  codec: Pick<Codec<Event>, 'decode'>,
  { stream, revision, type, metadata, data }: StoredEvent,
): Event {
  try {
    return codec.decode(type, metadata.schemaVersion, data);
  } catch (error) {
    throw new UnreadableEventError(stream, revision, error);
  }
}
