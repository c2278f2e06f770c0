// Brings about what befalls instances and their databases, in virtual time, and mends it again.
import type { Instance } from './instance.js';
import type { Randomness } from './randomness.js';
import { type Incident, INCIDENTS, type Scenario } from './scenario.js';
import type { Life, Schedule } from './schedule.js';

export interface IncidentsOptions {
  readonly schedule: Schedule;
  readonly world: Life;
  readonly randomness: Randomness;
  readonly instances: readonly Instance[];
  readonly rates: Scenario['rates'];
  readonly told: (incident: Incident, instance: Instance, details: string) => void;
}

/** How far from true a clock may be, in milliseconds. */
export const CLOCK_SKEW_MS = 5_000;
/** How long the end of a connection stays unnoticed, at most, in milliseconds. */
const MOST_UNNOTICED_MS = 2_000;
/** How long an instance stays down, at most. */
const DOWN_MS = 3_000;

export class Incidents {
  private isOver = false;

  constructor(private readonly options: IncidentsOptions) {}

  begin(): void {
    for (const incident of INCIDENTS) this.strikeLater(incident);
  }

  /** Nothing befalls anybody any more, and everything that was amiss is mended at once. */
  end(): void {
    const { instances, schedule } = this.options;
    this.isOver = true;
    for (const { place, running } of instances) {
      place.awayUntil = 0;
      place.fullUntil = 0;
      if (running !== undefined) running.life.frozenUntil = schedule.nowMs;
    }
    for (const instance of instances) if (instance.running === undefined) instance.start();
  }

  /** An instance ended: whoever looks after it starts it again. */
  startLater(instance: Instance): void {
    const { schedule, world, randomness } = this.options;
    schedule.after(this.isOver ? 0 : randomness.below(DOWN_MS), world, 'start', () => {
      if (instance.running === undefined) instance.start();
    });
  }

  private strikeLater(incident: Incident): void {
    const { rates, schedule, world, randomness } = this.options;
    const rate = rates[incident] ?? 0;
    if (rate <= 0) return;
    const source = randomness.fork(`${incident} ${schedule.nowMs}`);
    const ms = Math.round((-Math.log(1 - source.next()) * 60_000) / rate);
    schedule.after(ms, world, incident, () => {
      if (this.isOver) return;
      this.strike(incident, source);
      this.strikeLater(incident);
    });
  }

  private strike(incident: Incident, source: Randomness): void {
    const instance = source.pick(this.options.instances);
    const { running, place } = instance;
    if (running === undefined) return;
    const { nowMs } = this.options.schedule;
    const forMs = (most: number) => 50 + source.below(most);
    let details = '';
    switch (incident) {
      case 'killed':
        instance.kill();
        break;
      case 'frozen':
        running.life.frozenUntil = nowMs + forMs(6_000);
        details = `for ${Math.round(running.life.frozenUntil - nowMs)} ms`;
        break;
      case 'clockMoved':
        running.life.clockOffsetMs = source.below(2 * CLOCK_SKEW_MS + 1) - CLOCK_SKEW_MS;
        details = `to ${running.life.clockOffsetMs} ms from true`;
        break;
      case 'rowsAway':
        place.awayUntil = nowMs + forMs(4_000);
        if (place.isShared) this.loseRoles(source);
        place.loseClaimLocks();
        break;
      case 'rowsFull':
        place.fullUntil = nowMs + forMs(4_000);
        break;
      case 'roleLost':
        running.role?.lose(unnoticedMs(source));
        place.loseClaimLocks(running.life);
        break;
    }
    this.options.told(incident, instance, details);
  }

  /** The lock is held by connections, and these broke. */
  private loseRoles(source: Randomness): void {
    for (const { running } of this.options.instances) running?.role?.lose(unnoticedMs(source));
  }
}

/** Half of the losses show at once, the others in a moment. */
function unnoticedMs(source: Randomness): number {
  return source.chance(0.5) ? 0 : 1 + source.below(MOST_UNNOTICED_MS);
}
