// `Time` of a simulated instance: its timers and turns are steps of the schedule, and end with it.
import type { Time } from '../../src/waiting/time.js';
import type { Randomness } from './randomness.js';
import type { Life, Schedule } from './schedule.js';

export function timeOf(schedule: Schedule, life: Life, randomness: Randomness): Time {
  const after: Time['after'] = (ms, task) => schedule.after(ms, life, 'timer', task);
  return {
    now: () => schedule.clockOf(life),
    monotonicMs: () => schedule.nowMs,
    after,
    background: after,
    soon: (task) => void schedule.after(0, life, 'turn', task),
    random: () => randomness.next(),
    newId: () => randomness.newId(),
  };
}
