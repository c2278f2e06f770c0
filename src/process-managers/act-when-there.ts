// An event is processed once what it needs is there: an outage is no fault of the event, and parks
// none.
import { isAway } from '../errors/catalogue.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { retrying } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import type { Reaction } from './reaction.js';

const PAUSE_MS = { least: 250, most: 2_000 };

export interface ActOptions {
  readonly signal: AbortSignal;
  readonly time: Time;
  /** Called with each failure that the reaction tells of, and with the first of an outage. */
  readonly onFailure: (fault: unknown) => void;
}

/** @throws when the event cannot be processed; the signal's reason after an abort */
export async function actWhenThere(
  { act }: Pick<Reaction, 'act'>,
  stored: StoredEvent,
  { signal, time, onFailure }: ActOptions,
): Promise<void> {
  await retrying(() => act(stored, signal, onFailure), {
    ...{ retryIf: isAway, pauseMs: PAUSE_MS, signal, time },
    onFailure: (fault, failures) => {
      if (failures === 1) onFailure(fault);
    },
  });
}
