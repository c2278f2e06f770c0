// What has to work for the service to be ready.
import type { EventStore } from '../event-store/event-store.js';
import type { ReadinessCheck } from '../http/health.js';
import type { RunningProjector } from '../projections/projector-thread.js';
import type { ReadModels } from '../read-models/read-models.js';

interface CheckedParts {
  readonly store: Pick<EventStore, 'headPosition'>;
  readonly projector: Pick<RunningProjector, 'status'>;
  readonly reads: Pick<ReadModels, 'proveUsable'>;
}

export function readinessOf({ store, projector, reads }: CheckedParts): ReadinessCheck[] {
  return [
    { part: 'event store', problem: () => store.headPosition().then(() => undefined) },
    {
      part: 'projections',
      problem: () => {
        // A deliberately held read model is held on every instance; if it counted as a problem, no
        // instance would be ready.
        const stopped = projector
          .status()
          .filter(({ state, isHeld }) => state === 'STOPPED' && !isHeld);
        const problems = stopped.map(({ name, error }) => `${name}: ${error ?? 'stopped'}`);
        if (projector.status().some(({ isStartingOver }) => isStartingOver)) {
          problems.push('the log was replaced, and the read models are being rebuilt');
        }
        return Promise.resolve(problems.length === 0 ? undefined : problems.join('; '));
      },
    },
    { part: 'read models', problem: () => reads.proveUsable().then(() => undefined) },
  ];
}
