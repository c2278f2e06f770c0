// Once the faults have ended, every order, hold, charge, refund, mail and webhook comes to its end
// within a stated time.
import type { ParkedEvent } from '../outside/deeds.js';
import type { Law } from './law.js';
import { Unfinished } from './unfinished.js';

export const ordersEnd: Law = {
  name: 'orders end',
  promise:
    'Once the faults end, orders, holds, refunds, mails and webhooks come to their ends in time.',
  watch({ log, setting }, report) {
    const unfinished = new Unfinished(setting.hasMail === true);
    const parked: ParkedEvent[] = [];
    let calmAt = Infinity;
    let endedAt = 0;
    return {
      stored(event) {
        unfinished.stored(event);
      },
      did(deed) {
        unfinished.did(deed);
      },
      parked(event) {
        parked.push(event);
      },
      happened(record) {
        endedAt = record.at;
        if (record.kind === 'incident' && record.incident === 'calm') calmAt = record.at;
      },
      ended() {
        const { ordersEndWithinMs } = setting;
        // Where it ends earlier, somebody has seen that all is at its end.
        if (ordersEndWithinMs === undefined || endedAt < calmAt + ordersEndWithinMs) return;
        for (const words of unfinished.words(log, parked)) report(words);
      },
    };
  },
};
