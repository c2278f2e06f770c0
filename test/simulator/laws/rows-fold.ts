// At every commit the rows of a read model are the fold of the log up to the checkpoint that was
// committed with them: the rows that the transaction wrote, and no others were due.
import { ImpossibleEventError } from '../../../src/domain/decider.js';
import type { ProjectedEvent } from '../../../src/projections/projection.js';
import {
  type AnyProjection,
  projectionFor,
  projectionsOf,
} from '../../../src/projections/registry.js';
import { readShopEvent } from '../../../src/projections/shop-events.js';
import type { Generation, Row } from '../../../src/read-models/table.js';
import { isAlike } from '../seen-cart.js';
import type { Law, RowsCommitted } from './law.js';
import type { LogModel } from './log-model.js';

export const rowsFold: Law = {
  name: 'rows are folds',
  promise: 'Read models equal the fold at their checkpoint at every commit.',
  watch(world, report) {
    const refolds = new Map<string, Refold>();
    const projections = projectionsOf(world.setting.pricing);
    return {
      committed(commit) {
        const { generation, place } = commit;
        const projection = projectionFor(projections, generation);
        if (projection === undefined) return;
        const label = `${generation.name} ${generation.generation} in ${place}`;
        let refold = refolds.get(label);
        // It begins again from the start of the log when the log was found to be another one.
        if (refold === undefined || refold.checkpoint > generation.checkpoint) {
          refold = new Refold(world.log, projection);
          refolds.set(label, refold);
        }
        for (const problem of problemsOf(refold, commit)) {
          report(`${label} at ${generation.checkpoint}: ${problem}`);
        }
      },
    };
  },
};

/** One generation folded from scratch, as far as its checkpoint. */
class Refold {
  readonly rows = new Map<string, Row>();
  checkpoint = -1n;
  private next = 0;

  constructor(
    private readonly log: LogModel,
    private readonly projection: AnyProjection,
  ) {}

  /** Answers the keys of the rows that have changed. */
  foldTo(checkpoint: Generation['checkpoint']): Set<string> {
    const changed = new Set<string>();
    const { events } = this.log;
    for (; this.next < events.length; this.next += 1) {
      const stored = events[this.next]!;
      if (stored.position > checkpoint) break;
      const reading = readShopEvent(stored);
      if (reading.kind === 'understood') this.fold(reading.event, changed);
    }
    this.checkpoint = checkpoint;
    return changed;
  }

  completed(key: string): Row | undefined {
    const row = this.rows.get(key);
    return row && this.projection.complete(row);
  }

  private fold(event: ProjectedEvent, changed: Set<string>): void {
    const key = this.projection.keyOf(event);
    if (key === undefined) return;
    const row = rowAfter(this.projection, this.rows.get(key), event);
    if (row === undefined) return;
    this.rows.set(key, row);
    changed.add(key);
  }
}

/** Undefined for an event that cannot follow on what the row has: it is skipped. */
export function rowAfter(
  projection: AnyProjection,
  row: Row | undefined,
  event: ProjectedEvent,
): Row | undefined {
  try {
    return projection.evolve(row, event);
  } catch (error) {
    if (error instanceof ImpossibleEventError) return undefined;
    throw error;
  }
}

function problemsOf(refold: Refold, { generation, rows, isAll }: RowsCommitted): string[] {
  const changed = refold.foldTo(generation.checkpoint);
  const due = isAll ? refold.rows.keys() : changed;
  const missing = [...due].filter((key) => !rows.has(key));
  const wrong = [...rows].filter(([key, row]) => {
    const expected = refold.completed(key);
    return expected === undefined || !isAlike(row, expected);
  });
  return [
    ...missing.map((key) => `${key} is missing`),
    ...wrong.map(([key]) =>
      refold.rows.has(key) ? `${key} differs from its fold` : `${key} is not in the log`,
    ),
  ];
}
