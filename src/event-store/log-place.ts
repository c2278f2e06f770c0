// Confirms that the log still has the event that something was computed up to. After a backup of
// the log was brought back it may have none at that position, or another one.
import type { EventStore } from './event-store.js';

/** The last event that something was computed of. */
export interface ComputedTo {
  readonly position: bigint;
  /** Undefined where only its position was noted. */
  readonly eventId: string | undefined;
}

/** The log is not the one, or not as long as the one, that something was computed from. */
export class LogReplacedError extends Error {
  override readonly name = 'LogReplacedError';
  constructor(readonly computedTo: ComputedTo) {
    const { position, eventId } = computedTo;
    const event = eventId === undefined ? 'an event' : `event ${eventId}`;
    super(`The log no longer has ${event} at position ${position}`);
  }
}

/** @throws LogReplacedError, StoreUnavailableError */
export async function demandPlace(
  store: Pick<EventStore, 'eventIdAt' | 'headPosition'>,
  computedTo: ComputedTo,
): Promise<void> {
  const { position, eventId } = computedTo;
  if ((await store.headPosition()) < position) throw new LogReplacedError(computedTo);
  const found = await idAt(store, position);
  if (found === undefined || (eventId !== undefined && found !== eventId)) {
    throw new LogReplacedError(computedTo);
  }
}

/**
 * EventStoreDB may answer a position that lies within an event with an error: no event is there
 * then.
 */
async function idAt(
  store: Pick<EventStore, 'eventIdAt' | 'headPosition'>,
  position: bigint,
): Promise<string | undefined> {
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      return await store.eventIdAt(position);
    } catch {
      // A store that is away answers this neither, and that is thrown.
      await store.headPosition();
    }
  }
  return undefined;
}
