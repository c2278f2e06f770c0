// Turns a stored event into a domain event. Together with the codec and `evolve` it makes up a
// fold, and the fold hash covers it, so it imports only what a fold needs.
import { reasonOf } from '../errors/reason-of.js';
import {
  type Codec,
  MalformedEventError,
  NewerEventError,
  UnknownEventError,
} from '../domain/codec.js';
import type { Recorded } from '../domain/decider.js';
import { occurredAt, type StoredEvent } from './stored-event.js';

/**
 * An event that this code cannot read. It may have changed anything, so no decision is possible.
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
 * The result of reading a stored event. An unknown type does not affect the fold. An unreadable
 * event of a known type may have changed anything.
 */
export type Reading<Event> =
  | { readonly kind: 'understood'; readonly event: Event }
  | { readonly kind: 'unknown type' }
  | { readonly kind: 'not understood'; readonly cause: unknown };

/** Decodes a stored event. Never throws. */
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

/** The part of a codec that readers use. */
export type Decoder<Event> = Pick<Codec<Event>, 'decode' | 'statedId'>;

/**
 * @throws UnknownEventError
 * @throws MalformedEventError also for an event about another stream's subject, which it must not
 * change
 */
export function decoded<Event>(codec: Decoder<Event>, stored: StoredEvent): Recorded<Event> {
  const { stream, id, revision, type, metadata, data } = stored;
  const event = codec.decode(type, metadata.schemaVersion, data);
  const named = codec.statedId?.(event);
  if (named !== undefined && named !== subjectIn(stream)) {
    const problem = 'it is about something else than its stream';
    throw new MalformedEventError(type, metadata.schemaVersion, problem);
  }
  return { ...event, id, revision, occurredAt: occurredAt(stored) };
}

/** The id in a stream's name: everything after the category. */
export function subjectIn(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

/** Decodes with the stream's codec. Never throws. */
export function read<Event>(codec: Decoder<Event>, stored: StoredEvent): Reading<Recorded<Event>> {
  return reading(stored, () => decoded(codec, stored));
}

/**
 * The domain event; undefined for a type that the domain does not know.
 *
 * @throws UnreadableEventError
 */
export function recorded<Event>(
  codec: Decoder<Event>,
  stored: StoredEvent,
): Recorded<Event> | undefined {
  const reading = read(codec, stored);
  if (reading.kind === 'not understood') {
    throw new UnreadableEventError(stored.stream, stored.revision, reading.cause);
  }
  return reading.kind === 'understood' ? reading.event : undefined;
}
