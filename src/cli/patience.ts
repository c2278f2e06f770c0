// How a command waits for an event store that goes away while it runs, and says so.
import { reasonOf } from '../errors/reason-of.js';
import { StorePatience } from '../event-store/store-patience.js';
import { longestWaitMs, type WaitOption } from './wait-option.js';

/**
 * @param command the noun by which stderr says that it waits
 * @throws CommandFailure for a `--wait` that is no number
 */
export function patienceOf(options: WaitOption, command: string): StorePatience {
  return new StorePatience({
    longestMs: longestWaitMs(options),
    onWait: (error) => {
      process.stderr.write(`${reasonOf(error)}: the ${command} waits for it\n`);
    },
  });
}
