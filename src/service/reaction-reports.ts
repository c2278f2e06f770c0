// What an operator is told of the reactions, in the service's log.
import type { Logger } from '../http/log.js';
import type { ReactionOptions } from '../process-managers/reaction.js';

/** What the parts tell an operator. */
export type ShopLog = Pick<Logger, 'warn' | 'error'>;

export function reportingTo(
  log: ShopLog,
  name: string,
): Pick<ReactionOptions, 'onFault' | 'onParked'> {
  return {
    onFault: (err) => log.warn({ err, reaction: name }, 'a reaction had a fault and continues'),
    onParked: ({ stream, revision }, err) =>
      log.error(
        { err, reaction: name, stream, revision },
        'a reaction cannot act on an event and parks it; see cartograph reactions --parked',
      ),
  };
}
