// The `--wait` option: how long a command waits for an event store that becomes unavailable.
import { Option } from 'commander';
import { wholeNumber } from './whole-number.js';

const MAX_WAIT_SECONDS = 86_400;

export interface WaitOption {
  /** Seconds. */
  readonly wait: string;
}

export function waitOption(): Option {
  const description = 'seconds to wait for an event store that becomes unavailable';
  return new Option('--wait <seconds>', description).default('120');
}

/** @throws CommandFailure for a value that is no number */
export function longestWaitMs({ wait }: WaitOption): number {
  return 1_000 * wholeNumber('--wait', wait, MAX_WAIT_SECONDS);
}
