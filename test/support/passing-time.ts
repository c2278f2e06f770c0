// Time that passes only while somebody waits: each pause is over at the next turn, and has taken as
// long as it should. Jitter is at its most.
import { systemTime, type Time } from '../../src/waiting/time.js';
import { NOON } from '../controls/recorded.js';

export interface PassingTime {
  readonly time: Time;
  /** Every pause that was begun, in milliseconds. */
  readonly pauses: readonly number[];
}

export function passingTime(): PassingTime {
  const pauses: number[] = [];
  let passedMs = 0;
  const after: Time['after'] = (ms, task) => {
    pauses.push(ms);
    const turn = setImmediate(() => {
      passedMs += ms;
      task();
    });
    return () => clearImmediate(turn);
  };
  const clocks = { now: () => NOON + passedMs, monotonicMs: () => passedMs };
  return { pauses, time: { ...systemTime, ...clocks, after, background: after, random: () => 1 } };
}
