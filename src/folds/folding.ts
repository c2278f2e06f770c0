// A fold over one stream: its state, and its place in the log and in both times.
import { type Decider, ImpossibleEventError, type Recorded } from '../domain/decider.js';
import { missingEvents } from '../event-store/errors.js';
import { type Decoder, recorded, UnreadableEventError } from '../event-store/recorded.js';
import { occurredAt, type StoredEvent } from '../event-store/stored-event.js';

export interface Fold<State, Event> {
  readonly decider: Pick<Decider<State, never, Event, never>, 'initial' | 'evolve'>;
  readonly codec: Decoder<Event>;
  /** Unique to this fold's code; see fold-hash.ts. */
  readonly foldHash: string;
}

export interface Folded<State> {
  readonly state: State;
  /** Revision of the last folded event; −1 for an absent stream. */
  readonly revision: number;
  /**
   * Revision of the last event that changed the state; the fold does not know the types of later
   * events.
   */
  readonly foldedRevision: number;
  /** Id of the last folded event; '' for an absent stream. */
  readonly eventId: string;
  /** Chain hash of the last event; undefined where the stream has no hash chain yet. */
  readonly chain: string | undefined;
  /**
   * The latest occurred time of the folded events, in milliseconds since 1970; 0 for an absent
   * stream.
   */
  readonly occurredBy: number;
  /**
   * The latest recorded time of the folded events. The last event's can be smaller when the store's
   * clock stepped back.
   */
  readonly recordedBy: number;
}

/**
 * The end of a fold: it stops at the first limit that it reaches. Instants in milliseconds since
 * 1970.
 */
export interface FoldLimit {
  readonly revision?: number;
  readonly occurredBy?: number;
  readonly recordedBy?: number;
}

export function nothingFolded<State>({
  decider: { initial },
}: Pick<Fold<State, never>, 'decider'>): Folded<State> {
  const nowhere = { revision: -1, foldedRevision: -1, eventId: '', chain: undefined };
  return { state: initial, ...nowhere, occurredBy: 0, recordedBy: 0 };
}

/**
 * An event of an unknown type leaves the state unchanged.
 *
 * @throws UnreadableEventError, IncompleteHistoryError
 */
export function foldOn<State, Event>(
  { decider, codec }: Fold<State, Event>,
  before: Folded<State>,
  stored: StoredEvent,
): Folded<State> {
  if (stored.revision !== before.revision + 1) {
    throw missingEvents(stored.stream, before.revision + 1);
  }
  const event = recorded(codec, stored);
  return {
    state: event === undefined ? before.state : evolved(decider, before.state, event, stored),
    revision: stored.revision,
    foldedRevision: event === undefined ? before.foldedRevision : stored.revision,
    eventId: stored.id,
    chain: stored.metadata.chain ?? before.chain,
    occurredBy: Math.max(before.occurredBy, occurredAt(stored)),
    recordedBy: Math.max(before.recordedBy, stored.recordedAt),
  };
}

/**
 * The state after one more event of a stream.
 * @throws UnreadableEventError for one that cannot come after those before it
 */
export function evolved<State, Event>(
  { evolve }: Pick<Decider<State, never, Event, never>, 'evolve'>,
  before: State,
  event: Recorded<Event>,
  { stream, revision }: Pick<StoredEvent, 'stream' | 'revision'>,
): State {
  try {
    return evolve(before, event);
  } catch (cause) {
    if (!(cause instanceof ImpossibleEventError)) throw cause;
    throw new UnreadableEventError(stream, revision, cause);
  }
}

export function isBeyond(
  { revision = Infinity, occurredBy = Infinity, recordedBy = Infinity }: FoldLimit,
  stored: StoredEvent,
): boolean {
  return (
    stored.revision > revision || occurredAt(stored) > occurredBy || stored.recordedAt > recordedBy
  );
}

/** Whether a limit includes everything that was folded. */
export function isWithin(
  { revision, occurredBy, recordedBy }: Folded<unknown>,
  limit: FoldLimit,
): boolean {
  return (
    revision <= (limit.revision ?? Infinity) &&
    occurredBy <= (limit.occurredBy ?? Infinity) &&
    recordedBy <= (limit.recordedBy ?? Infinity)
  );
}
