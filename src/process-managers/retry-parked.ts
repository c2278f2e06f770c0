// Retries the parked events of a reaction.
import { reasonOf } from '../errors/reason-of.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { systemTime } from '../waiting/time.js';
import { actWhenThere } from './act-when-there.js';
import type { ParkedFact } from './parked-facts.js';
import type { Reaction, ReactionOptions } from './reaction.js';

type RetryParkedOptions = Pick<ReactionOptions, 'store' | 'parked' | 'clock' | 'time'> &
  Partial<Pick<ReactionOptions, 'onFault'>>;

/** Retries the parked events; returns those that are still parked. */
export async function retryParked(
  reaction: Reaction,
  { store, parked, clock, onFault = () => undefined, time = systemTime }: RetryParkedOptions,
  signal: AbortSignal,
): Promise<readonly ParkedFact[]> {
  const isOver = () => signal.aborted;
  for (const fact of parked.list(reaction.name)) {
    if (isOver()) break;
    const stored = await eventOf(store, fact);
    if (stored === undefined) continue;
    try {
      await actWhenThere(reaction, stored, { signal, time, onFailure: onFault });
      if (!isOver()) parked.release(fact);
    } catch (cause) {
      if (isOver()) break;
      parked.park(reaction.name, stored, reasonOf(cause), 1, clock());
    }
  }
  return parked.list(reaction.name);
}

/** Undefined when the stream has lost it. */
async function eventOf(
  store: Pick<EventStore, 'readStream'>,
  { stream, revision, eventId }: ParkedFact,
): Promise<StoredEvent | undefined> {
  try {
    const options = { from: revision, maxCount: 1 };
    for await (const stored of store.readStream(stream, options)) {
      if (stored.id === eventId) return stored;
    }
  } catch (error) {
    if (!(error instanceof IncompleteHistoryError)) throw error;
  }
  return undefined;
}
