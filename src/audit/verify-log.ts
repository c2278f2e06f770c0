// Reads the whole log once and compares everything that was computed from it: hash chains, read
// models and snapshots.
import {
  cartAggregate,
  couponAggregate,
  orderAggregate,
  productAggregate,
} from '../commands/aggregates.js';
import type { EventStore } from '../event-store/event-store.js';
import { type CheckableSnapshots, SnapshotCheck } from '../folds/snapshots/snapshot-check.js';
import type { AnyProjection } from '../projections/registry.js';
import { type Verification, type VerifiedRows, verify } from '../projections/verify.js';
import { judgeBreaks } from './chain-breaks.js';

export interface LogVerification extends Verification {
  readonly snapshots: {
    readonly checked: number;
    /** Number of streams with snapshots that this log does not confirm. Those are never used. */
    readonly ofOtherLogs: number;
  };
}

export interface VerifiedParts {
  /** Undefined when no server has run on this log. */
  readonly rows: VerifiedRows | undefined;
  readonly snapshots: CheckableSnapshots;
  readonly projections: readonly AnyProjection[];
  /** PEM; mends signed by its private key are trusted. */
  readonly publicKey: string | undefined;
}

/** Open rows and snapshots before the log; then the log includes everything behind them. */
export async function verifyLog(
  store: EventStore,
  { rows = noRows, snapshots, projections, publicKey }: VerifiedParts,
): Promise<LogVerification> {
  const check = new SnapshotCheck(snapshots)
    .of(cartAggregate)
    .of(orderAggregate)
    .of(productAggregate)
    .of(couponAggregate);
  const watched: Pick<EventStore, 'readAll' | 'readStream'> = {
    readAll: (range) => check.watch(store.readAll(range)),
    readStream: (stream, options) => store.readStream(stream, options),
  };
  const verification = await verify(watched, rows, projections, (breaks) =>
    judgeBreaks(store, breaks, publicKey),
  );
  const { checked, ofOtherLogs, differences } = check.findings;
  return {
    ...verification,
    snapshots: { checked, ofOtherLogs },
    differences: [...verification.differences, ...differences],
  };
}

const noRows: VerifiedRows = {
  generations: () => Promise.resolve([]),
  rows: () => {
    throw new RangeError('There are no rows where there is no generation');
  },
};
