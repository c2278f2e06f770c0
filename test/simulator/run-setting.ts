// By which times and marks the laws judge a run.
import { UNAWARE_LEADER_MS } from '../../src/event-store/log-place.js';
import { STALE_MS } from './excused.js';
import { CLOCK_SKEW_MS } from './incidents.js';
import { pricing } from './running.js';
import type { Setting } from './laws/law.js';
import type { Scenario } from './scenario.js';

/** Once the faults end, everything is live and caught up within so many virtual milliseconds. */
export const LIVE_WITHIN_MS = 20_000;
/** Once the faults end, every order, hold, mail and webhook has come to its end within so many. */
export const ORDERS_END_WITHIN_MS = 180_000;

export function settingOf(
  { hasPayments, abandonAfterMs, storeNodes }: Scenario,
  run: Pick<Setting, 'beganAt' | 'placeOf'> & { readonly hasMail: boolean },
): Setting {
  return {
    ...run,
    pricing,
    clockSkewMs: CLOCK_SKEW_MS,
    liveWithinMs: LIVE_WITHIN_MS,
    areCommitsSeen: true,
    isOutsideSeen: true,
    ordersEndWithinMs: ORDERS_END_WITHIN_MS,
    // A single node is never replaced.
    staleReadsMs: storeNodes === 1 ? 0 : UNAWARE_LEADER_MS + STALE_MS,
    abandonAfterMs: hasPayments ? abandonAfterMs : 0,
  };
}
