// Follows the log from its end, for what is only kept in memory. Where the log is replaced by an
// older copy while it is followed, it goes on from the end of that one.
import { endOfLog } from '../event-store/log-place.js';
import { orAborted } from '../waiting/or-aborted.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import { systemTime } from '../waiting/time.js';
import { runSubscription, type SubscriptionOptions } from './subscription.js';

type Followed = Omit<SubscriptionOptions, 'after' | 'computedTo' | 'onFault'>;

export interface FromTheEndOptions extends Followed {
  /**
   * Called whenever it begins: from here on each event is handled. What was known before may have
   * been missed, or may no longer be in the log.
   */
  readonly onBegin: () => void;
  /** Called with each fault from which it recovers. */
  readonly onFault: (fault: unknown) => void;
}

const PAUSE_MS = { least: 250, most: 2_000 };

/** Resolves after `signal`. */
export async function followFromTheEnd(options: FromTheEndOptions): Promise<void> {
  const { store, onBegin, onFault, signal, time = systemTime } = options;
  const follow = async () => {
    const end = await orAborted(endOfLog(store), signal);
    if (end === undefined) return;
    onBegin();
    await runSubscription({ ...options, ...end });
  };
  await retryingUntilAborted(follow, {
    ...{ pauseMs: PAUSE_MS, signal, time, onFailure: onFault },
    // Such as a log that was replaced.
    retryIf: () => true,
  });
}
