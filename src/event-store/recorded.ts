// From a stored event to one that the domain folds. With the codec and `evolve` it is all of a
// fold, and the fold's hash is made over it: it imports nothing that a fold does not need.
import { reasonOf } from '../errors/reason-of.js';
import { type Codec, NewerEventError, UnknownEventError } from '../domain/codec.js';
import type { Recorded } from '../domain/decider.js';
import { occurredAt, type StoredEvent } from './stored-event.js';

/**
 * An event that this code does not understand: nothing can be decided on what it may have changed.
 */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  constructor(
    readonly stream: string,
    readonly revision: number,
    override readonly cause: unknown,
  ) {
    const reason = reasonOf(cause);
    super(`${stream}@${revision} is not understood: ${reason}`);
  }
}

/**
 * What a reader makes of a stored event. One of a type that it does not know changes nothing that
 * it folds; one that it should know and does not understand may have changed anything.
 */
export type Reading<Event> =
  | { readonly kind: 'understood'; readonly event: Event }
  | { readonly kind: 'unknown type' }
  | { readonly kind: 'not understood'; readonly cause: unknown };

/** What comes of decoding a stored event. Never throws. */
export function reading<Event>(stored: StoredEvent, decode: () => Event): Reading<Event> {
  const problem = stored.flaw && new Error(stored.flaw.problem);
  try {
    const event = decode();
    return problem === undefined
      ? { kind: 'understood', event }
      : { kind: 'not understood', cause: problem };
  } catch (cause) {
    const isUnknown = cause instanceof UnknownEventError && !(cause instanceof NewerEventError);
    return isUnknown
      ? { kind: 'unknown type' }
      : { kind: 'not understood', cause: problem ?? cause };
  }
}

/** By the codec of its stream. Never throws. */
export function read<Event>(
  codec: Pick<Codec<Event>, 'decode'>,
  stored: StoredEvent,
): Reading<Recorded<Event>> {
  return reading(stored, () => {
    const { id, revision, type, metadata, data } = stored;
    const event = codec.decode(type, metadata.schemaVersion, data);
    return { ...event, id, revision, occurredAt: occurredAt(stored) };
  });
}

/**
 * A stored event as the domain knows it; undefined for one of a type that the domain does not know.
 * @throws UnreadableEventError
 */
export function recorded<Event>(
  codec: Pick<Codec<Event>, 'decode'>,
  stored: StoredEvent,
): Recorded<Event> | undefined {
  const reading = read(codec, stored);
  if (reading.kind === 'not understood') {
    throw new UnreadableEventError(stored.stream, stored.revision, reading.cause);
  }
  return reading.kind === 'understood' ? reading.event : undefined;
}
