// How an instance's read models stand, as its health and its waiting queries see them.
import type { ProjectionStatus } from '../../../src/projections/projection-status.js';

export interface InstanceStanding {
  readonly instance: string;
  readonly models: readonly Pick<
    ProjectionStatus,
    'name' | 'state' | 'position' | 'error' | 'isHeld' | 'isStartingOver'
  >[];
}

/**
 * Why an instance is not ready, or makes queries wait without need. What an operator holds, and what
 * an event holds that nobody understands, is held at every instance.
 *
 * @param end position of the last event that is projected
 */
export function standingProblems({ instance, models }: InstanceStanding, end: bigint): string[] {
  return models.flatMap(({ name, state, position, error, isHeld, isStartingOver }) => {
    if (isHeld) return [];
    const reached = BigInt(position ?? -1);
    const isWell = state !== 'STOPPED' && state !== 'CATCHING_UP' && !isStartingOver;
    if (isWell && error === null && reached >= end) return [];
    return [`${instance}: ${name} is ${state} at ${reached} of ${end}: ${error ?? 'no error'}`];
  });
}
